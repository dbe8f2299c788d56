package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The part that all signatures of a message share: the names of the signed fields, and these fields in relaxed form
 * (RFC 6376 §3.4.2). Made once for all keys. Immutable.
 */
public final class SignedHeader {
    /** Fields that are signed wherever they occur. */
    private static final List<String> SIGNED = List.of(
            "from",
            "to",
            "cc",
            "subject",
            "date",
            "message-id",
            "reply-to",
            "sender",
            "in-reply-to",
            "references",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "content-id",
            "content-description",
            "list-id",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "list-help",
            "list-archive",
            "list-post",
            // RFC 8460 §5.3
            "tls-report-domain",
            "tls-report-submitter");
    /** Fields that are signed once more than they occur, so that none can be added afterwards (RFC 6376 §8.15). */
    private static final List<String> OVERSIGNED =
            List.of("from", "to", "cc", "subject", "date", "message-id", "reply-to", "mime-version", "content-type");

    private final String names;
    private final byte[] relaxed;

    private SignedHeader(String names, byte[] relaxed) {
        this.names = names;
        this.relaxed = relaxed;
    }

    /** The fields to sign in the order of h=; fields with one name from the bottom up (RFC 6376 §5.4.2). */
    public static SignedHeader of(List<HeaderField> header) {
        Map<String, Deque<HeaderField>> byName = new HashMap<>();
        for (var field : header) {
            byName.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), name -> new ArrayDeque<>(2))
                    .push(field);
        }
        var names = new ArrayList<String>();
        var relaxed = new StringBuilder();
        for (var name : SIGNED) {
            var fields = byName.get(name);
            if (fields != null) {
                names.addAll(Collections.nCopies(fields.size(), name));
                fields.forEach(field -> relaxed.append(field.relaxed()).append("\r\n"));
            }
            if (OVERSIGNED.contains(name)) {
                names.add(name);
            }
        }
        return new SignedHeader(folded(names), relaxed.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The value of h=, folded to stand behind {@code " h="}. */
    String names() {
        return names;
    }

    /** The signed fields in relaxed form, each with its CRLF. Callers must not change the array. */
    byte[] relaxed() {
        return relaxed;
    }

    private static String folded(List<String> names) {
        var folded = new StringBuilder();
        int column = 3;
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                folded.append(':');
                column++;
            }
            if (column + names.get(i).length() > 74) {
                folded.append("\r\n  ");
                column = 2;
            }
            folded.append(names.get(i));
            column += names.get(i).length();
        }
        return folded.toString();
    }
}
