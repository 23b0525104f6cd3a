package dev.datasync.row;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A Java record as a row and back, by its canonical constructor and its accessors.
 *
 * <p>The reflective look-up happens once per class ({@link ClassValue}, which lets the class be unloaded).
 */
final class JavaRecordType<R extends Record> implements RecordType<R> {

    private static final ClassValue<JavaRecordType<?>> TYPES = new ClassValue<>() {
        @Override
        protected JavaRecordType<?> computeValue(Class<?> type) {
            return new JavaRecordType<>(type.asSubclass(Record.class));
        }
    };

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Record.class);

    /** Components whose values are what their field holds already, so that nothing is to be converted. */
    private static final Set<Class<?>> HELD_AS_THEY_ARE = Set.of(
            long.class,
            Long.class,
            boolean.class,
            Boolean.class,
            String.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            Instant.class,
            UUID.class);

    private final Class<R> type;
    private final RecordComponent[] components;

    /** Each takes the record and returns a component, whole numbers as a {@code Long}. */
    private final MethodHandle[] accessors;

    /** Of each component how it is converted, or {@code null} when there is nothing to convert. */
    private final @Nullable FieldType[] conversions;

    private final Constructor<R> constructor;
    private final Schema schema;
    private volatile @Nullable Mapping lastMapping;

    /** The places of the components in one schema; rows of a source share theirs, so the last one is remembered. */
    private static final class Mapping {

        private final Schema schema;
        private final int[] places;

        Mapping(Schema schema, int[] places) {
            this.schema = schema;
            this.places = places;
        }
    }

    private JavaRecordType(Class<R> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.accessors = new MethodHandle[components.length];
        this.conversions = new @Nullable FieldType[components.length];
        Class<?>[] parameters = new Class<?>[components.length];
        Field[] fields = new Field[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                parameters[i] = components[i].getType();
                accessors[i] = accessor(components[i]);
                fields[i] = Field.of(components[i].getName(), FieldType.of(parameters[i]));
                if (parameters[i].isPrimitive()) {
                    fields[i] = fields[i].with(Field.Trait.NOT_NULL);
                }
                if (!isWhole(parameters[i]) && !HELD_AS_THEY_ARE.contains(parameters[i])) {
                    conversions[i] = fields[i].type();
                }
            }
            this.constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
        } catch (InaccessibleObjectException | IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "record " + type.getName() + " is not accessible: add 'opens " + type.getPackageName()
                            + " to dev.datasync.core;' to its module-info",
                    e);
        }
        this.schema = Schema.of(fields);
    }

    private static MethodHandle accessor(RecordComponent component) throws IllegalAccessException {
        Method method = component.getAccessor();
        method.setAccessible(true);
        MethodHandle handle = MethodHandles.lookup().unreflect(method);
        if (isWhole(component.getType())) {
            // widened before it becomes an object
            handle = handle.asType(handle.type().changeReturnType(long.class));
        }
        return handle.asType(ACCESSOR);
    }

    private static boolean isWhole(Class<?> component) {
        return component == int.class || component == short.class || component == byte.class;
    }

    @SuppressWarnings("unchecked") // the type made for a class is of that class
    static <R extends Record> JavaRecordType<R> of(Class<R> type) {
        return (JavaRecordType<R>) TYPES.get(type);
    }

    @SuppressWarnings("unchecked") // a record's class is the class of its own type
    static <R extends Record> Row rowOf(R record) {
        return of((Class<R>) record.getClass()).toRow(record);
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.of(schema);
    }

    @Override
    public Row toRow(R record) {
        if (record.getClass() != type) {
            throw new IllegalArgumentException("a " + record.getClass().getName() + " is no " + type.getName());
        }
        @Nullable Object[] values = new @Nullable Object[accessors.length];
        for (int i = 0; i < values.length; i++) {
            Object value = component(record, i);
            FieldType conversion = conversions[i];
            if (conversion != null && value != null) {
                try {
                    value = conversion.convert(value);
                } catch (ConversionException e) {
                    throw notConverted(i, e);
                }
            }
            values[i] = value;
        }
        return schema.row(values);
    }

    private @Nullable Object component(Record record, int index) {
        try {
            return (Object) accessors[index].invokeExact(record);
        } catch (Throwable e) {
            throw thrownByRecord(components[index].getName(), e);
        }
    }

    @Override
    public R fromRow(Row row) {
        int[] places = places(row.schema());
        @Nullable Object[] arguments = new @Nullable Object[places.length];
        for (int i = 0; i < places.length; i++) {
            Object value = row.value(places[i]);
            if (value == null && components[i].getType().isPrimitive()) {
                throw new RowException(
                        components[i].getName(),
                        "field '" + components[i].getName() + "' is null, but that component of record "
                                + type.getSimpleName() + " is a primitive: use its wrapper class");
            }
            try {
                arguments[i] = value == null
                        ? null
                        : adapt(value, components[i].getType(), schema.field(i).type());
            } catch (ConversionException e) {
                throw notConverted(i, e);
            }
        }
        try {
            return constructor.newInstance(arguments);
        } catch (IllegalAccessException | InstantiationException e) {
            throw new IllegalStateException("the constructor of " + type + " is not accessible", e);
        } catch (InvocationTargetException e) {
            throw thrownByRecord("constructor", e.getCause());
        }
    }

    @SuppressWarnings("ReferenceEquality") // rows of one source share their schema: the fast way to know it again
    private int[] places(Schema rowSchema) {
        Mapping known = lastMapping;
        if (known != null && known.schema == rowSchema) {
            return known.places;
        }
        int[] places = new int[components.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = rowSchema.indexOf(components[i].getName());
            if (places[i] < 0) {
                throw new RowException(
                        components[i].getName(),
                        "record " + type.getSimpleName() + " needs field '" + components[i].getName()
                                + "', but the fields are " + rowSchema.names());
            }
        }
        lastMapping = new Mapping(rowSchema, places);
        return places;
    }

    /** Converts to the field's form and from there to the component's class, where that is another one. */
    private static Object adapt(Object value, Class<?> wanted, FieldType fieldType) {
        if (wanted.isInstance(value)) {
            return value;
        }
        Object converted = fieldType.convert(value);
        if (converted instanceof Long number) {
            if (wanted == int.class || wanted == Integer.class) {
                return number.intValue();
            }
            if (wanted == short.class || wanted == Short.class) {
                return number.shortValue();
            }
            if (wanted == byte.class || wanted == Byte.class) {
                return number.byteValue();
            }
        }
        if (converted instanceof Double number && (wanted == float.class || wanted == Float.class)) {
            return number.floatValue();
        }
        if (converted instanceof BigDecimal number && wanted == BigInteger.class) {
            try {
                return number.toBigIntegerExact();
            } catch (ArithmeticException e) {
                throw new ConversionException("a number with a fraction is no integer");
            }
        }
        if (converted instanceof Instant instant) {
            return adapt(instant, wanted);
        }
        Object adapted = converted instanceof String text ? adapt(text, wanted) : converted;
        if (!MethodType.methodType(wanted).wrap().returnType().isInstance(adapted)) {
            throw new ConversionException("a value of " + fieldType + " cannot be a " + wanted.getName()
                    + ": give the component another type");
        }
        return adapted;
    }

    private static Object adapt(Instant instant, Class<?> wanted) {
        if (wanted == OffsetDateTime.class) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (wanted == ZonedDateTime.class) {
            return instant.atZone(ZoneOffset.UTC);
        }
        return wanted == Date.class ? Date.from(instant) : instant;
    }

    private static Object adapt(String text, Class<?> wanted) {
        if (wanted.isEnum()) {
            for (Object constant : wanted.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
            throw new ConversionException("a text is no constant of enum " + wanted.getSimpleName());
        }
        if (wanted == char.class || wanted == Character.class) {
            if (text.length() != 1) {
                throw new ConversionException("a text of " + text.length() + " characters is no single character");
            }
            return text.charAt(0);
        }
        return text;
    }

    private RowException notConverted(int component, ConversionException cause) {
        String name = components[component].getName();
        return new RowException(name, "field '" + name + "': " + cause.getMessage());
    }

    /** Tells what the record's own code threw by its class only, for its message may show a value. */
    private RowException thrownByRecord(String member, @Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        String thrown = cause == null ? "nothing" : cause.getClass().getName();
        return new RowException(
                member, "record " + type.getSimpleName() + " refuses the values: its " + member + " threw " + thrown);
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
