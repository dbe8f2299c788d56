package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Signs with one DKIM key, relaxed/relaxed: rsa-sha256 (RFC 6376) or ed25519-sha256 (RFC 8463). Takes the body hash as
 * computed before, so that a body need not be read again. Thread-safe.
 */
public final class DkimSigner {
    private final String domain;
    private final String selector;
    private final boolean ed25519;
    private final KeyedSignature signature;

    /** Signs by the JDK. */
    public DkimSigner(String domain, String selector, PrivateKey key) {
        this(domain, selector, key, Optional.empty());
    }

    /** Signs by {@code provider}, or by the JDK if it is empty or does not know such keys. */
    public DkimSigner(String domain, String selector, PrivateKey key, Optional<Provider> provider) {
        this.domain = domain;
        this.selector = selector;
        this.ed25519 = !key.getAlgorithm().equals("RSA");
        this.signature = new KeyedSignature(ed25519 ? "Ed25519" : "SHA256withRSA", key, provider);
    }

    /** The domain in whose name it signs. */
    public String domain() {
        return domain;
    }

    /** The DKIM-Signature field, folded, with its final CRLF; it goes on top of the header section. */
    public String sign(SignedHeader header, String bodyHash, Instant now) throws GeneralSecurityException {
        var field = new StringBuilder("DKIM-Signature: v=1; a=")
                .append(ed25519 ? "ed25519-sha256" : "rsa-sha256")
                .append("; c=relaxed/relaxed; d=")
                .append(domain)
                .append(";\r\n s=")
                .append(selector)
                .append("; t=")
                .append(now.getEpochSecond())
                .append(";\r\n h=")
                .append(header.names())
                .append(";\r\n bh=")
                .append(bodyHash)
                .append(";\r\n b=");
        // RFC 6376 §3.7: this field is signed last, with an empty b= and without its CRLF.
        var own = new HeaderField("DKIM-Signature", field.toString()).relaxed();
        byte[] signed = signature(header.relaxed(), own.getBytes(StandardCharsets.ISO_8859_1));
        return field.append(folded(Base64.getEncoder().encodeToString(signed)))
                .append("\r\n")
                .toString();
    }

    private byte[] signature(byte[] header, byte[] own) throws GeneralSecurityException {
        if (ed25519) {
            // RFC 8463 §3: PureEdDSA over the SHA-256 of the data.
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(header);
            return signature.sign(digest.digest(own));
        }
        return signature.sign(header, own);
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
