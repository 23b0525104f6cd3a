package dev.datasync.files;

import java.io.IOException;

/** Something in a gzip file that is no gzip. */
final class GzipFault extends IOException {

    private static final long serialVersionUID = 1L;

    GzipFault(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
