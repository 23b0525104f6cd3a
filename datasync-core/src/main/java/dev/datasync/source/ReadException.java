package dev.datasync.source;

/**
 * A source cannot be read, and a connector knows exactly why. Connectors may throw anything; this one carries a stable
 * code into the run's exception.
 */
public class ReadException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The stable code of what is wrong. */
    private final String code;

    /**
     * Creates an exception.
     *
     * @param code a stable code, for example {@code E-CSV-WIDTH}
     * @param message what is wrong, where, and what to do; no row values
     */
    public ReadException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * Creates an exception with a cause.
     *
     * @param code a stable code, for example {@code E-CSV-ENCODING}
     * @param message what is wrong, where, and what to do; no row values
     * @param cause the failure behind it, whose message shows no row values either
     */
    public ReadException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * Returns the stable code of what is wrong.
     *
     * @return the code
     */
    public String code() {
        return code;
    }
}
