package dev.datasync.row;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A named and typed place in a {@link Schema}.
 *
 * @param name the field's name; not blank
 * @param type the type its values have, or {@link FieldType#any()} when it is not known
 * @param traits what else is known of the field; empty for an ordinary, nullable, writable field
 */
public record Field(String name, FieldType type, Set<Trait> traits) {

    /** What a target says of a field beyond its type. */
    public enum Trait {
        /** The field never holds {@code null}. */
        NOT_NULL,
        /** The target fills the field in by itself when an insert leaves it out. */
        HAS_DEFAULT,
        /** The target computes the field; it is neither compared nor written. */
        READ_ONLY,
        /** The field is written when a record is inserted; later it is neither compared nor written. */
        INSERT_ONLY,
        /**
         * The type is that of the values which the target holds now, because it declares none. A text that would lose
         * something by it, such as the leading zeros of a number, is refused.
         */
        INFERRED,
        /** The field belongs to somebody else; it is neither compared nor written, whatever the source delivers. */
        PRESERVED
    }

    /**
     * Checks and copies the components.
     *
     * @param name the field's name; not blank
     * @param type the type its values have, or {@link FieldType#any()} when it is not known
     * @param traits what else is known of the field; empty for an ordinary, nullable, writable field
     * @throws IllegalArgumentException when the name is blank
     */
    public Field {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a field needs a name that is not blank");
        }
        Objects.requireNonNull(type, "type");
        traits = Set.copyOf(traits);
    }

    /**
     * Returns a nullable, writable field.
     *
     * @param name the field's name; not blank
     * @param type the type of its values
     * @return the field
     */
    public static Field of(String name, FieldType type) {
        return new Field(name, type, Set.of());
    }

    /**
     * Returns this field under another name.
     *
     * @param newName the new name; not blank
     * @return the renamed field
     */
    public Field named(String newName) {
        return new Field(newName, type, traits);
    }

    /**
     * Returns this field with another type.
     *
     * @param newType the new type
     * @return the field with that type
     */
    public Field typed(FieldType newType) {
        return new Field(name, newType, traits);
    }

    /**
     * Returns this field with one more trait.
     *
     * @param trait the trait to add
     * @return the field with that trait
     */
    public Field with(Trait trait) {
        EnumSet<Trait> more = EnumSet.of(trait);
        more.addAll(traits);
        return new Field(name, type, more);
    }

    /**
     * Tells whether this field has a trait.
     *
     * @param trait the trait asked for
     * @return whether the field has it
     */
    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /**
     * Returns the name and type as a person writes them, for example {@code price decimal(9,2)}.
     *
     * @return name and type
     */
    @Override
    public String toString() {
        return name + " " + type;
    }
}
