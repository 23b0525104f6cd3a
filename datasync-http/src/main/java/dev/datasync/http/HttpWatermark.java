package dev.datasync.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How far a resource was read, and its notation: version, kind, field, parameter, value, and a checksum over these and
 * over what is read, so that a watermark that was cut, changed or made for something else is not believed.
 *
 * @param kind the kind of the field's values
 * @param value the value up to which everything was read, as it is sent
 */
record HttpWatermark(WatermarkKind kind, String value) {

    private static final String VERSION = "1";

    String write(String field, String parameter, String what) {
        String text = String.join(
                " ",
                VERSION,
                kind.notation(),
                RequestUri.encoded(field),
                RequestUri.encoded(parameter),
                RequestUri.encoded(value));
        CRC32 sum = new CRC32();
        sum.update((text + "\n" + what).getBytes(StandardCharsets.UTF_8));
        return text + String.format(Locale.ROOT, " %08x", sum.getValue());
    }

    /** Returns the watermark that was written for exactly this field, parameter and content, or nothing. */
    static Optional<HttpWatermark> read(String text, String field, String parameter, String what) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 6 || !parts[0].equals(VERSION)) {
            return Optional.empty();
        }
        for (WatermarkKind kind : WatermarkKind.values()) {
            if (kind.notation().equals(parts[1])) {
                try {
                    String value = URLDecoder.decode(parts[4], StandardCharsets.UTF_8);
                    HttpWatermark watermark = new HttpWatermark(kind, value);
                    return kind.parsed(value) != null
                                    && watermark.write(field, parameter, what).equals(text)
                            ? Optional.of(watermark)
                            : Optional.empty();
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Tells whether a notation is of a version that this one does not know. */
    static boolean isNewer(String text) {
        int end = text.indexOf(' ');
        return end > 0
                && !text.substring(0, end).equals(VERSION)
                && text.substring(0, end).chars().allMatch(Character::isDigit);
    }
}
