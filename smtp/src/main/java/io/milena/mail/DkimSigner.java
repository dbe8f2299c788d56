package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Signs with one DKIM key, relaxed/relaxed: rsa-sha256 (RFC 6376) or ed25519-sha256 (RFC 8463). The body hash is given, so a body of any size
 * need not be read again. Immutable, thread-safe.
 */
public final class DkimSigner {
    /** Signed wherever they occur. */
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
            "list-post");
    /** Signed once more than they occur, so that none can be added afterwards (RFC 6376 §8.15). */
    private static final List<String> OVERSIGNED =
            List.of("from", "to", "cc", "subject", "date", "message-id", "reply-to", "mime-version", "content-type");

    private final String domain;
    private final String selector;
    private final PrivateKey key;
    private final boolean ed25519;

    public DkimSigner(String domain, String selector, PrivateKey key) {
        this.domain = domain;
        this.selector = selector;
        this.key = key;
        this.ed25519 = !key.getAlgorithm().equals("RSA");
    }

    /** The DKIM-Signature field, folded, with its final CRLF; it goes on top of the header section. */
    public String sign(List<HeaderField> header, String bodyHash, Instant now) throws GeneralSecurityException {
        var names = new ArrayList<String>();
        var signed = new StringBuilder();
        choose(header, names, signed);
        var field = new StringBuilder("DKIM-Signature: v=1; a=")
                .append(ed25519 ? "ed25519-sha256" : "rsa-sha256")
                .append("; c=relaxed/relaxed; d=")
                .append(domain)
                .append(";\r\n s=")
                .append(selector)
                .append("; t=")
                .append(now.getEpochSecond())
                .append(";\r\n h=")
                .append(foldedNames(names))
                .append(";\r\n bh=")
                .append(bodyHash)
                .append(";\r\n b=");
        signed.append(new HeaderField("DKIM-Signature", field.toString()).relaxed());
        byte[] signature = signature(signed.toString().getBytes(StandardCharsets.ISO_8859_1));
        return field.append(folded(Base64.getEncoder().encodeToString(signature)))
                .append("\r\n")
                .toString();
    }

    /** The fields to sign in the order of h=: of fields with one name the lowest first (RFC 6376 §5.4.2). */
    private static void choose(List<HeaderField> header, List<String> names, StringBuilder signed) {
        Map<String, Deque<HeaderField>> byName = new HashMap<>();
        for (var field : header) {
            byName.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), name -> new ArrayDeque<>())
                    .push(field);
        }
        for (var name : SIGNED) {
            for (var field : byName.getOrDefault(name, new ArrayDeque<>())) {
                names.add(name);
                signed.append(field.relaxed()).append("\r\n");
            }
            if (OVERSIGNED.contains(name)) {
                names.add(name);
            }
        }
    }

    private byte[] signature(byte[] data) throws GeneralSecurityException {
        if (ed25519) {
            // RFC 8463 §3: PureEdDSA over the SHA-256 of the data.
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(MessageDigest.getInstance("SHA-256").digest(data));
            return signer.sign();
        }
        var signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(key);
        signer.update(data);
        return signer.sign();
    }

    private static String foldedNames(List<String> names) {
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

    private static String folded(String base64) {
        var folded = new StringBuilder();
        for (int i = 0; i < base64.length(); i += 72) {
            if (i > 0) {
                folded.append("\r\n  ");
            }
            folded.append(base64, i, Math.min(base64.length(), i + 72));
        }
        return folded.toString();
    }
}
