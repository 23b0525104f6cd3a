package dev.datasync.row;

/**
 * A value cannot be held by a {@link FieldType}.
 *
 * <p>The message describes the value's kind and size and never its content, because it ends up in logs.
 */
public final class ConversionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what does not fit, without the value itself
     */
    public ConversionException(String message) {
        super(message);
    }
}
