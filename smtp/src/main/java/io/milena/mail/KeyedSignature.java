package io.milena.mail;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Signs octets with one private key. Each {@link Signature} is kept for the next call, because its preparation from the
 * key is up to half of the work; there are as many as calls that ran at one time. Thread-safe.
 */
final class KeyedSignature {
    private final PrivateKey key;
    private final String algorithm;
    private final Optional<Provider> provider;
    private final Queue<Signature> idle = new ConcurrentLinkedQueue<>();

    /** Uses the JDK's provider if {@code preferred} is empty or does not know such keys. */
    KeyedSignature(String algorithm, PrivateKey key, Optional<Provider> preferred) {
        this.key = key;
        this.algorithm = algorithm;
        this.provider = preferred.filter(this::takesTheKey);
    }

    byte[] sign(byte[]... pieces) throws GeneralSecurityException {
        var kept = idle.poll();
        var signature = kept == null ? initialised(provider) : kept;
        for (var piece : pieces) {
            signature.update(piece);
        }
        byte[] signed = signature.sign();
        // Not after an exception, which may leave it in an unknown state.
        idle.add(signature);
        return signed;
    }

    private boolean takesTheKey(Provider candidate) {
        try {
            idle.add(initialised(Optional.of(candidate)));
            return true;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            return false;
        }
    }

    private Signature initialised(Optional<Provider> of) throws NoSuchAlgorithmException, InvalidKeyException {
        var signature = of.isPresent() ? Signature.getInstance(algorithm, of.get()) : Signature.getInstance(algorithm);
        signature.initSign(key);
        return signature;
    }
}
