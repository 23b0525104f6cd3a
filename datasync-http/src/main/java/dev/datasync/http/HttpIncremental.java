package dev.datasync.http;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of a resource that have changed since they were last read, as a source:
 * {@code api.get("/orders").incrementalBy("updated_at", "updated_since")}. Immutable and safe for use by several threads.
 * The plan says with {@code watermarks(...)} where it remembers how far it has read.
 *
 * <p>The first run reads everything and sends no parameter. Later runs send the greatest value of the field that was read
 * before, as the server has written it, less the overlap. Records that the server sends although they are older are
 * delivered, and compare as unchanged; so are those that have no value in the field, and that none has one is a warning.
 * Only a complete reading moves the watermark, which never goes back. Records that are deleted are not seen.
 *
 * <p>The values are numbers, or texts that are times or days in ISO form, all of one kind. The field must grow with every
 * change. A server may stamp a time and show the record later than others with a greater one: what it shows later than the
 * overlap is missed. The overlap is 5 minutes, 1 hour and 5 minutes for times without an offset, a day for days, and 1,000
 * for numbers, unless {@link #overlap(Duration)} or {@link #overlap(long)} says otherwise.
 *
 * <p>What changes while several pages are read may be on a page that was read before. For times the overlap therefore
 * grows by as long as the reading took; numbers that are given away meanwhile must be within the overlap.
 */
public final class HttpIncremental implements Source<Row> {

    private final HttpResource resource;
    private final String field;
    private final String parameter;
    private final @Nullable Duration time;
    private final @Nullable Long number;

    private HttpIncremental(
            HttpResource resource, String field, String parameter, @Nullable Duration time, @Nullable Long number) {
        this.resource = resource;
        this.field = field;
        this.parameter = parameter;
        this.time = time;
        this.number = number;
    }

    static HttpIncremental of(HttpResource resource, String field, String parameter) {
        if (field.isBlank() || parameter.isBlank()) {
            throw new IllegalArgumentException("a field and a parameter need names that are not blank");
        }
        return new HttpIncremental(resource, field, parameter, null, null);
    }

    /**
     * Returns this source with another overlap, for a field of times. Records within it are read again by every run, and
     * compare as unchanged.
     *
     * @param length how much later than stamped a record may be seen; whole days for a field of days, rounded up; zero
     *     for none
     * @return the source
     * @throws IllegalArgumentException when it is negative
     */
    public HttpIncremental overlap(Duration length) {
        if (length.isNegative()) {
            throw new IllegalArgumentException("an overlap cannot be negative, as " + length + " is");
        }
        return new HttpIncremental(resource, field, parameter, length, null);
    }

    /**
     * Returns this source with another overlap, for a field of numbers. Records within it are read again by every run, and
     * compare as unchanged.
     *
     * @param length how many numbers may be given away before a record with a smaller one is seen; zero for
     *     none. A number that is not negative stays so
     * @return the source
     * @throws IllegalArgumentException when it is negative
     */
    public HttpIncremental overlap(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("an overlap cannot be negative, as " + length + " is");
        }
        return new HttpIncremental(resource, field, parameter, null, length);
    }

    /**
     * Reads the rows as Java records.
     *
     * @param type the record's class, with a component for each field that it uses
     * @param <R> the record's type
     * @return the source of those records
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Source<R> as(Class<R> type) {
        return as(RecordType.of(type));
    }

    /**
     * Reads the rows as records of a type of your own.
     *
     * @param type how a row becomes a record
     * @param <T> the type of the records
     * @return the source of those records
     */
    public <T> Source<T> as(RecordType<T> type) {
        return Source.typed(this, type);
    }

    @Override
    public boolean isIncremental() {
        return true;
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        String what = String.valueOf(resource.identity().orElse(""));
        HttpWatermark from = begin(context, what);
        ResourceOptions options = resource.options().with(changed -> {
            changed.tracked = field;
            if (from != null) {
                changed.uri = RequestUri.with(changed.uri, parameter, from.value());
            }
        });
        Greatest greatest = new Greatest(from);
        Completion completion = PageReader.read(resource.api(), options, receiver, context, greatest);
        if (!(completion instanceof Completion.Complete)) {
            return completion;
        }
        if (greatest.seen > 0 && greatest.value == null) {
            context.warn("none of the " + greatest.seen + " records of " + name() + " has a value in the field '"
                    + ShownName.of(field) + "' that incrementalBy(...) names, so "
                    + (from == null ? "every run reads everything" : "the watermark stays where it is")
                    + ": is it called otherwise?");
        }
        HttpWatermark to = end(from, greatest.value, greatest.reading);
        return to == null ? completion : Completion.completeUpTo(to.write(field, parameter, what));
    }

    /** Returns the watermark from which to read, or null to read everything. */
    private @Nullable HttpWatermark begin(ReadContext context, String what) {
        String text = context.watermark().orElse(null);
        if (text == null) {
            return null;
        }
        Optional<HttpWatermark> known = HttpWatermark.read(text, field, parameter, what);
        if (known.isEmpty()) {
            context.warn("the watermark of " + name() + " is not used, and everything is read: "
                    + (HttpWatermark.isNewer(text)
                            ? "a newer version of DataSync has written it"
                            : "it is damaged, or was saved when something else was read"));
        }
        return known.orElse(null);
    }

    /** Returns the next watermark, which is never before the last one. */
    private @Nullable HttpWatermark end(
            @Nullable HttpWatermark from, @Nullable HttpWatermark greatest, Duration reading) {
        if (greatest == null) {
            return from;
        }
        WatermarkKind kind = greatest.kind();
        String text = kind.minus(
                greatest.value(),
                (time == null ? kind.standardTime() : time).plus(reading),
                number == null ? WatermarkKind.STANDARD_NUMBER : number);
        return from == null || greatest.kind().compare(text, from.value()) > 0
                ? new HttpWatermark(greatest.kind(), text)
                : from;
    }

    /** Notes the greatest value of the field. */
    private final class Greatest implements PageReader.Tracker {

        private final @Nullable HttpWatermark from;
        private @Nullable HttpWatermark value;
        private Duration reading = Duration.ZERO;
        private long seen;

        Greatest(@Nullable HttpWatermark from) {
            this.from = from;
        }

        @Override
        public void next(Duration sinceFirst) {
            // whole seconds, because not every server reads parts of them
            reading = Duration.ofSeconds(sinceFirst.plusNanos(999_999_999).toSeconds());
        }

        @Override
        public void see(@Nullable Object found, String where) throws ReadException {
            seen++;
            if (found == null) {
                return;
            }
            HttpWatermark known = value;
            WatermarkKind kind = WatermarkKind.of(found)
                    .orElseThrow(() -> failure(
                            where,
                            "has a value that is neither a number nor a time or day in ISO form: name another field"));
            HttpWatermark earlier = known == null ? from : known;
            if (earlier != null && earlier.kind() != kind) {
                throw failure(
                        where,
                        "has values of two kinds, " + earlier.kind().shown() + " and " + kind.shown()
                                + (known == null ? "; the former is what an earlier run has read" : "")
                                + ", which cannot be compared: name another field");
            }
            boolean isNumber = kind == WatermarkKind.NUMBER;
            if (isNumber ? time != null : number != null) {
                throw failure(
                        where,
                        "has as its value " + kind.shown() + ", so its overlap is a "
                                + (isNumber ? "number: overlap(1_000)" : "time: overlap(Duration.ofMinutes(5))"));
            }
            String text = WatermarkKind.text(found);
            if (known == null || kind.compare(text, known.value()) > 0) {
                value = new HttpWatermark(kind, text);
            }
        }

        private ReadException failure(String where, String message) {
            return new ReadException(
                    "E-HTTP-WATERMARK",
                    where + ": field '" + ShownName.of(field) + "', by which it is read incrementally, " + message);
        }
    }

    @Override
    public String name() {
        return resource.name();
    }

    @Override
    public Optional<Object> identity() {
        return resource.identity();
    }

    @Override
    public String locate(long position) {
        return resource.locate(position);
    }

    /**
     * Returns the name.
     *
     * @return for example {@code REST resource https://api.example.com/orders}
     */
    @Override
    public String toString() {
        return name();
    }
}
