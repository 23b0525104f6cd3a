package dev.datasync.row;

/**
 * A field was asked of a {@link Row} or {@link Schema} that it does not have, that is {@code null}, or that does not
 * convert to the type asked for.
 *
 * <p>The message names the field and the remedy, and never shows a value.
 */
public final class RowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The name of the field asked for. */
    private final String field;

    /**
     * Creates an exception.
     *
     * @param field the name of the field asked for
     * @param message what is wrong with it and what to do
     */
    public RowException(String field, String message) {
        super(message);
        this.field = field;
    }

    /**
     * Returns the name of the field asked for.
     *
     * @return the field's name
     */
    public String field() {
        return field;
    }
}
