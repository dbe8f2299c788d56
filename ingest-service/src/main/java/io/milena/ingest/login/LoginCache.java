package io.milena.ingest.login;

import io.milena.smtp.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers logins that were verified lately, by a hash of user name and secret under a random key of this process: no
 * secret is kept, and a memory dump has no hashes to guess secrets from. Thread-safe.
 */
public final class LoginCache {
    private static final int MAX_ENTRIES = 50_000;
    /** Most revocations that are remembered, the latest ones: a session that is open may still use its credential. */
    static final int MAX_REVOKED = 100_000;

    /** The key under which a login is remembered. */
    record Key(ByteBuffer hash) {}

    private record Entry(Identity identity, long until) {}

    private final byte[] secret = new byte[32];
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    /** The revoked credentials, oldest first. Guarded by itself. */
    private final Deque<String> revocations = new ArrayDeque<>();

    private final long lifetime;
    private final LongSupplier nanos;

    public LoginCache(Duration lifetime, LongSupplier nanos) {
        this.lifetime = lifetime.toNanos();
        this.nanos = nanos;
        new SecureRandom().nextBytes(secret);
    }

    /** The kind of secret: a certificate's hash is public, and must not pass as a password. */
    enum Kind {
        PASSWORD,
        CERTIFICATE
    }

    Key key(Kind kind, String username, String password) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((byte) kind.ordinal());
            mac.update(username.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return new Key(ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Optional<Identity> get(Key key) {
        var entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.until() - nanos.getAsLong() < 0) {
            entries.remove(key, entry);
            return Optional.empty();
        }
        return Optional.of(entry.identity());
    }

    /** Remembers a login, unless its credential was revoked while it was being verified. */
    void put(Key key, Identity identity) {
        if (entries.size() >= MAX_ENTRIES) {
            long now = nanos.getAsLong();
            entries.values().removeIf(entry -> entry.until() - now < 0);
        }
        if (entries.size() < MAX_ENTRIES) {
            entries.put(key, new Entry(identity, nanos.getAsLong() + lifetime));
            // A revocation that came between the verdict and the line above found nothing to drop.
            if (isRevoked(identity)) {
                entries.remove(key);
            }
        }
    }

    /** Forgets the logins of a revoked credential; ids are never used again. */
    public void revoke(String credential) {
        synchronized (revocations) {
            if (revoked.add(credential)) {
                revocations.addLast(credential);
            }
            if (revocations.size() > MAX_REVOKED) {
                revoked.remove(revocations.removeFirst());
            }
        }
        drop(identity -> identity.credential().equals(credential));
    }

    boolean isRevoked(Identity identity) {
        return revoked.contains(identity.credential());
    }

    void dropAccount(String account) {
        drop(identity -> identity.account().equals(account));
    }

    private void drop(Predicate<Identity> which) {
        entries.values().removeIf(entry -> which.test(entry.identity()));
    }
}
