package io.milena.stories.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A verifier of ed25519-sha256 signatures, relaxed/relaxed (RFC 8463, RFC 6376 §3.7), written from the RFCs alone: jDKIM knows only RSA. */
public final class Ed25519Dkim {
    // RFC 8410 §4: the octets before a raw public key in X.509 form.
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private Ed25519Dkim() {}

    /** The tags of a tag=value list without white space (RFC 6376 §3.2). */
    public static Map<String, String> tags(String list) {
        return Arrays.stream(list.split(";"))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toMap(
                        tag -> tag.substring(0, tag.indexOf('=')).strip(),
                        tag -> tag.substring(tag.indexOf('=') + 1).replaceAll("\\s+", "")));
    }

    /** Whether the signature field is valid for the content under the key record's {@code p=}. */
    public static boolean verify(byte[] content, String signatureField, String keyRecord)
            throws GeneralSecurityException {
        var tags = tags(signatureField.substring(signatureField.indexOf(':') + 1));
        var bodyHash = Base64.getEncoder().encodeToString(sha256(relaxedBody(Content.body(content))));
        if (!tags.get("a").equals("ed25519-sha256") || !tags.get("bh").equals(bodyHash)) {
            return false;
        }
        var key = Base64.getDecoder().decode(tags(keyRecord).get("p"));
        var encoded = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + key.length);
        System.arraycopy(key, 0, encoded, SPKI_PREFIX.length, key.length);
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        // RFC 8463 §3: the signed octets are the SHA-256 of the header hash input.
        verifier.update(
                sha256(signedHeader(content, signatureField, tags.get("h")).getBytes(StandardCharsets.UTF_8)));
        return verifier.verify(Base64.getDecoder().decode(tags.get("b")));
    }

    /** The header fields of the content, raw, without their last CRLF. */
    public static List<String> fields(byte[] content) {
        return List.of(Content.headerSection(content).split("\r\n(?![ \t])"));
    }

    private static String signedHeader(byte[] content, String signatureField, String names) {
        var left = new ArrayList<>(fields(content));
        var input = new StringBuilder();
        for (var name : names.split(":")) {
            // RFC 6376 §5.4.2: of several fields of one name the last is signed first.
            for (int i = left.size() - 1; i >= 0; i--) {
                if (name(left.get(i)).equalsIgnoreCase(name)) {
                    input.append(relaxed(left.remove(i))).append("\r\n");
                    break;
                }
            }
        }
        var unsigned =
                Pattern.compile("([;:\\s]b\\s*=)[^;]*").matcher(signatureField).replaceFirst("$1");
        return input.append(relaxed(unsigned)).toString();
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(':')).strip();
    }

    private static String relaxed(String field) {
        var value = field.substring(field.indexOf(':') + 1).replace("\r\n", "").replaceAll("[ \t]+", " ");
        return name(field).toLowerCase(Locale.ROOT) + ":" + value.strip();
    }

    private static byte[] relaxedBody(byte[] body) {
        var text = new String(body, StandardCharsets.ISO_8859_1);
        var lines = new ArrayList<String>();
        for (var line : text.split("\r\n", -1)) {
            lines.add(line.replaceAll("[ \t]+", " ").replaceAll(" $", ""));
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        var out = new ByteArrayOutputStream();
        lines.forEach(line -> out.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        return out.toByteArray();
    }

    private static byte[] sha256(byte[] octets) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(octets);
    }
}
