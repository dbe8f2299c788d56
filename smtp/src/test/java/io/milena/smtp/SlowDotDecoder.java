package io.milena.smtp;

import java.nio.charset.StandardCharsets;

/** RFC 5321 §4.5.2 taken at its word, over the whole content at once: what {@link DotDecoder} is held to. */
public final class SlowDotDecoder {
    private SlowDotDecoder() {}

    /** The content before the first CRLF.CRLF (the CRLF of DATA counts as one), or null if there is none. */
    static String decode(String received) {
        // Octets that cannot come by stand for a true line end, so that the strays can be told from them.
        var lines = ("\r\n" + received).replace("\r\n", "\uffff");
        int end = lines.indexOf("\uffff.\uffff");
        if (end < 0) {
            return null;
        }
        return strayEndsMended(
                lines.substring(0, end + 1).replace("\uffff.", "\uffff").substring(1));
    }

    /** Each CR and LF that stands alone made a CRLF. */
    public static String mended(String received) {
        return strayEndsMended(received.replace("\r\n", "\uffff"));
    }

    private static String strayEndsMended(String lines) {
        return lines.replace('\r', '\uffff').replace('\n', '\uffff').replace("\uffff", "\r\n");
    }

    static int endOf(String received) {
        int end = ("\r\n" + received).indexOf("\r\n.\r\n");
        return end < 0 ? -1 : end + 3;
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
