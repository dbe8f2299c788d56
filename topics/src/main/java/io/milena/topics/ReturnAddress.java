package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The return addresses that the platform issues (VERP): {@code b.<queue id>.<account>.<recipient>.<mac>@<return
 * domain>}. Nobody else can compute the MAC, so ingest can accept mail for them from any client. {@code <recipient>} is a
 * keyed hash of the one recipient that the address was issued for; addresses for several recipients, and those of earlier
 * versions, lack it. An address is valid for the queue lifetime and a week. Immutable, thread-safe.
 */
public final class ReturnAddress {
    /** Time that a remote host has for its report, after the last attempt that may reach it. */
    private static final Duration TIME_TO_REPORT = Duration.ofDays(7);

    // RFC 5321 §4.5.3.1.1
    private static final int LONGEST_LOCAL_PART = 64;
    private static final int HASH_LENGTH = 7;

    private final String domain;
    private final byte[] secret;
    private final Duration validity;

    /**
     * The parts of an issued address.
     *
     * @param recipient hash of the recipient, see {@link ReturnAddress#isFor}; empty if it was issued for several
     */
    public record Issued(String id, String account, Optional<String> recipient) {}

    /** {@code lifetime} is the queue lifetime. */
    public ReturnAddress(String domain, String secret, Duration lifetime) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException("milena.return-secret is too short (expected: 16 characters or more)");
        }
        this.domain = domain.toLowerCase(Locale.ROOT);
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
        this.validity = lifetime.plus(TIME_TO_REPORT);
    }

    /** The reverse-path for a message to several recipients. */
    public String issue(String id, String account) {
        return "b." + id + "." + account + "." + mac(id + "." + account) + "@" + domain;
    }

    /** The reverse-path for a message to one recipient; for a long account the one for several. */
    public String issue(String id, String account, String recipient) {
        var signed = id + "." + account + "." + hash(id, recipient);
        var localPart = "b." + signed + "." + mac(signed);
        return localPart.length() > LONGEST_LOCAL_PART ? issue(id, account) : localPart + "@" + domain;
    }

    /**
     * The parts of the address if the platform issued it and it is valid at this time. Ignores letter case, since other
     * hosts change it.
     */
    public Optional<Issued> verify(String address, Instant at) {
        var lower = address.toLowerCase(Locale.ROOT);
        int end = lower.lastIndexOf('@');
        if (end < 0 || !lower.substring(end + 1).equals(domain)) {
            return Optional.empty();
        }
        var parts = lower.substring(0, end).split("\\.", -1);
        boolean bound = parts.length == 5;
        if (parts.length != 4 && !bound || !parts[0].equals("b")) {
            return Optional.empty();
        }
        var signed = parts[1] + "." + parts[2] + (bound ? "." + parts[3] : "");
        boolean ours = MessageDigest.isEqual(
                mac(signed).getBytes(StandardCharsets.US_ASCII),
                parts[parts.length - 1].getBytes(StandardCharsets.UTF_8));
        return ours && isValid(parts[1], at)
                ? Optional.of(new Issued(parts[1], parts[2], bound ? Optional.of(parts[3]) : Optional.empty()))
                : Optional.empty();
    }

    /** Whether the address was issued for this recipient alone; letter case is ignored. */
    public boolean isFor(Issued issued, String recipient) {
        var hash = hash(issued.id(), recipient).getBytes(StandardCharsets.US_ASCII);
        return issued.recipient()
                .filter(known -> MessageDigest.isEqual(hash, known.getBytes(StandardCharsets.UTF_8)))
                .isPresent();
    }

    private boolean isValid(String id, Instant at) {
        var made = QueueId.epochMillis(id);
        return made.isPresent()
                && !at.isAfter(Instant.ofEpochMilli(made.getAsLong()).plus(validity));
    }

    private String hash(String id, String recipient) {
        // No account has this form: a hash is no MAC of an address.
        return mac("recipient:" + id + ":" + recipient).substring(0, HASH_LENGTH);
    }

    private String mac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] digest = mac.doFinal(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return Base32.lower(digest, 10);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
