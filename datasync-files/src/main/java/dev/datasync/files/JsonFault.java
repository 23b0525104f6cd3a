package dev.datasync.files;

import java.io.IOException;

/** Something in a file that is no strict JSON. An {@link IOException}, so that it passes through the parser. */
final class JsonFault extends IOException {

    private static final long serialVersionUID = 1L;

    private final String code;

    JsonFault(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
