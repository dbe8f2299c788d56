package io.milena.auth.secret;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Computes password hashes on a few threads of its own with a short queue, so that a flood of guesses can take neither
 * all cores nor all memory. Callers wait for the result; when the queue is full they get {@link BusyException} at once.
 * Thread-safe.
 */
public class PasswordHashing {
    private static final int QUEUE = 64;

    private final ThreadPoolExecutor workers;
    /** Compared with the password of an unknown user, so that the answer takes as long as for a known one. */
    private final String nobodysHash;

    /** The queue of passwords to hash is full. */
    public static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BusyException(RejectedExecutionException cause) {
            super("too many passwords wait to be hashed", cause);
        }
    }

    public PasswordHashing(int threads) {
        workers = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().name("password-hash-", 0).daemon().factory());
        nobodysHash = Argon2id.hash(GeneratedSecret.password());
    }

    public String hash(String password) {
        return await(() -> Argon2id.hash(password));
    }

    /** Whether this is the password that was hashed; false if {@code stored} is empty, after as long a time. */
    public boolean verify(String password, Optional<String> stored) {
        boolean matches = await(() -> Argon2id.verify(password, stored.orElse(nobodysHash)));
        return matches && stored.isPresent();
    }

    private <T> T await(Callable<T> work) {
        try {
            return workers.submit(work).get();
        } catch (RejectedExecutionException e) {
            throw new BusyException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password cannot be hashed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a password was hashed", e);
        }
    }

    public void close() {
        workers.shutdownNow();
    }
}
