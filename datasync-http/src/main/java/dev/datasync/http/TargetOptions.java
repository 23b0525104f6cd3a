package dev.datasync.http;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a target was told. Changed only while a copy is being made, never afterwards. */
final class TargetOptions {

    static final int DEFAULT_IN_FLIGHT = 4;

    final Map<WriteKind, Declared> writes = new EnumMap<>(WriteKind.class);

    /** Fields that the server makes, and where its answer to an insert has them; the first is the one remembered. */
    final Map<String, Pointer> generated = new LinkedHashMap<>();

    Pointer bodyAt = Pointer.DOCUMENT;
    Optional<BodyMapping> mapping = Optional.empty();
    String mediaType = "application/json";

    @Nullable
    GeneratedIds ids;

    Optional<String> ifMatch = Optional.empty();
    Optional<String> keyHeader = Optional.empty();
    Optional<Lookup> lookup = Optional.empty();
    List<Pointer> errors = List.of();
    int inFlight = DEFAULT_IN_FLIGHT;

    /**
     * How one record is asked for.
     *
     * @param path where it is
     * @param pointer where the answer has it, or an array of none or one
     */
    record Lookup(PathTemplate path, Pointer pointer) {}

    /** Returns a copy with a change. */
    TargetOptions with(Consumer<TargetOptions> change) {
        TargetOptions copy = new TargetOptions();
        copy.writes.putAll(writes);
        copy.generated.putAll(generated);
        copy.bodyAt = bodyAt;
        copy.mapping = mapping;
        copy.mediaType = mediaType;
        copy.ids = ids;
        copy.ifMatch = ifMatch;
        copy.keyHeader = keyHeader;
        copy.lookup = lookup;
        copy.errors = errors;
        copy.inFlight = inFlight;
        change.accept(copy);
        return copy;
    }
}
