package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Takes what the server makes up out of its answers to inserts. Safe for use by several threads. */
final class Generated {

    private final TargetOptions options;
    private final Schema schema;
    private final @Nullable String separator;
    private final String plan;
    private final AtomicLong inserts = new AtomicLong();
    private final AtomicLong missing = new AtomicLong();

    Generated(TargetOptions options, Schema schema, @Nullable String separator, String plan) {
        this.options = options;
        this.schema = schema;
        this.separator = separator;
        this.plan = plan;
    }

    /** Takes it out of the answer to one insert. */
    void take(Change<Row> change, Answer answer) {
        if (isNothingToTake(change)) {
            return;
        }
        Optional<Object> document;
        try {
            document = JsonAnswer.parsed(answer.body());
        } catch (ReadException e) {
            document = Optional.empty();
        }
        take(change, document, answer.headers().firstValue("Location"));
    }

    /** Takes it out of what an answer says of one insert. */
    void take(Change<Row> change, Optional<Object> document, Optional<String> location) {
        if (isNothingToTake(change)) {
            return;
        }
        inserts.incrementAndGet();
        boolean isFirst = true;
        boolean isComplete = true;
        for (Map.Entry<String, Pointer> field : options.generated.entrySet()) {
            Optional<Object> value = document.flatMap(found -> JsonAnswer.at(found, field.getValue()))
                    .or(isFirst ? () -> location.flatMap(Generated::lastSegment) : Optional::empty)
                    .flatMap(found -> typed(field.getKey(), found));
            isComplete &= value.isPresent();
            GeneratedIds ids = options.ids;
            if (isFirst && ids != null && value.isPresent()) {
                ids.remember(plan, change.key(), value.get());
            }
            isFirst = false;
        }
        if (!isComplete) {
            missing.incrementAndGet();
        }
    }

    /** Takes it out of a record that was read. */
    void takeRead(Change<Row> change, Optional<Object> record) {
        GeneratedIds ids = options.ids;
        if (isNothingToTake(change) || ids == null) {
            return;
        }
        String field = options.generated.keySet().iterator().next();
        record.flatMap(found -> JsonAnswer.field(found, field, separator))
                .flatMap(found -> typed(field, found))
                .ifPresent(value -> ids.remember(plan, change.key(), value));
    }

    private boolean isNothingToTake(Change<Row> change) {
        return options.generated.isEmpty() || !(change instanceof Change.Insert<Row>);
    }

    private Optional<Object> typed(String field, Object value) {
        FieldType type = schema.has(field) ? schema.field(field).type() : FieldType.any();
        try {
            return Optional.of(LookUps.typed(type, value, true));
        } catch (ConversionException | Refused e) {
            return Optional.empty();
        }
    }

    /** Returns the last part of an address, which is what a server calls the new record. */
    private static Optional<Object> lastSegment(String location) {
        String path = location.replaceFirst("[?#].*", "").replaceFirst("/+$", "");
        String last = path.substring(path.lastIndexOf('/') + 1);
        try {
            String decoded = URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
            return decoded.isEmpty() ? Optional.empty() : Optional.of(decoded);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns what a person should know, once. */
    Optional<String> warning() {
        long without = missing.getAndSet(0);
        return without == 0
                ? Optional.empty()
                : Optional.of("the answers to " + without + " of " + inserts.get() + " inserts did not have the fields "
                        + options.generated.keySet() + " that the server makes: say with generated(field, pointer)"
                        + " where they are");
    }
}
