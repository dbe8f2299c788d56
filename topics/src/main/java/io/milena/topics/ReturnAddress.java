package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The return addresses that the platform issues (VERP): {@code b.<queue id>.<account>.<mac>@<return domain>}. Nobody
 * else can compute the MAC, so ingest can accept mail for them from any client. Immutable, thread-safe.
 */
public final class ReturnAddress {
    private final String domain;
    private final byte[] secret;

    /** The parts of an issued address. */
    public record Issued(String id, String account) {}

    public ReturnAddress(String domain, String secret) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException("milena.return-secret is too short (expected: 16 characters or more)");
        }
        this.domain = domain.toLowerCase(Locale.ROOT);
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The reverse-path for a message. */
    public String issue(String id, String account) {
        return "b." + id + "." + account + "." + mac(id, account) + "@" + domain;
    }

    /** The parts of the address if the platform issued it. Ignores letter case, since other hosts change it. */
    public Optional<Issued> verify(String address) {
        var lower = address.toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf('@');
        if (at < 0 || !lower.substring(at + 1).equals(domain)) {
            return Optional.empty();
        }
        var parts = lower.substring(0, at).split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("b")) {
            return Optional.empty();
        }
        boolean ours = MessageDigest.isEqual(
                mac(parts[1], parts[2]).getBytes(StandardCharsets.US_ASCII), parts[3].getBytes(StandardCharsets.UTF_8));
        return ours ? Optional.of(new Issued(parts[1], parts[2])) : Optional.empty();
    }

    private String mac(String id, String account) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] digest =
                    mac.doFinal((id + "." + account).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return Base32.lower(digest, 10);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
