package dev.datasync.benchmarks.parts;

import dev.datasync.row.FieldType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One text into a value of each of the usual types. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Converting {

    /** The type and what it is made from. */
    public enum Kind {
        TEXT(FieldType.text(40), "Person 12345, \"the 12th\""),
        INTEGER(FieldType.integer(64), "123456789"),
        DECIMAL(FieldType.decimal(12, 2), "123456.78"),
        FLOAT64(FieldType.float64(), "123456.78"),
        BOOL(FieldType.bool(), "true"),
        DATE(FieldType.date(), "2025-06-01"),
        TIME(FieldType.time(6), "12:34:56.789012"),
        TIMESTAMP(FieldType.timestamp(6), "2025-06-01T12:34:56.789012"),
        INSTANT(FieldType.instant(6), "2025-06-01T12:34:56.789012Z"),
        UUID(FieldType.uuid(), "123e4567-e89b-12d3-a456-426614174000"),
        JSON(FieldType.json(), "{\"name\": \"Person 12345\", \"tags\": [1, 2, 3]}");

        @SuppressWarnings("ImmutableEnumChecker") // types are immutable
        private final FieldType type;

        private final String text;

        Kind(FieldType type, String text) {
            this.type = type;
            this.text = text;
        }
    }

    /** What is measured. */
    @Param
    public Kind kind = Kind.TEXT;

    private FieldType type = Kind.TEXT.type;
    private String text = Kind.TEXT.text;

    @Setup
    public void take() {
        type = kind.type;
        text = kind.text;
    }

    @Benchmark
    public Object convert() {
        return type.convert(text);
    }
}
