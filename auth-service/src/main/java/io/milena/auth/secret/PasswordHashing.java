package io.milena.auth.secret;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Computes password hashes on a few threads of its own with a short queue, so that a flood of guesses can take neither
 * all cores nor all memory. Callers wait for the result; when the queue is full they get {@link BusyException} at once.
 * Clients that logged in before have a queue of their own, which is served first. Thread-safe.
 */
public class PasswordHashing {
    private static final int QUEUE = 64;

    private final BlockingQueue<Runnable> known = new ArrayBlockingQueue<>(QUEUE);
    private final BlockingQueue<Runnable> strangers = new ArrayBlockingQueue<>(QUEUE);
    /** Number of tasks in both queues. */
    private final Semaphore waiting = new Semaphore(0);

    private final List<Thread> workers;
    /** Compared with the password of an unknown user, so that the answer takes as long as for a known one. */
    private final String nobodysHash;

    /** The queue of passwords to hash is full. */
    public static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BusyException() {
            super("too many passwords wait to be hashed");
        }
    }

    public PasswordHashing(int threads) {
        nobodysHash = Argon2id.hash(GeneratedSecret.password());
        workers = IntStream.range(0, threads)
                .mapToObj(number -> Thread.ofPlatform()
                        .name("password-hash-" + number)
                        .daemon()
                        .start(this::work))
                .toList();
    }

    private void work() {
        try {
            while (true) {
                waiting.acquire();
                var task = known.poll();
                // Each permit stands for one task in one of the queues.
                (task == null ? strangers.take() : task).run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String hash(String password) {
        return await(known, () -> Argon2id.hash(password));
    }

    /**
     * Whether this is the password that was hashed; false if {@code stored} is empty, after as long a time.
     *
     * @param loggedInBefore whether the client has shown lately that it knows this user's password
     */
    public boolean verify(String password, Optional<String> stored, boolean loggedInBefore) {
        boolean matches =
                await(loggedInBefore ? known : strangers, () -> Argon2id.verify(password, stored.orElse(nobodysHash)));
        return matches && stored.isPresent();
    }

    private <T> T await(BlockingQueue<Runnable> queue, Callable<T> work) {
        var task = new FutureTask<>(work);
        if (!queue.offer(task)) {
            throw new BusyException();
        }
        waiting.release();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password cannot be hashed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a password was hashed", e);
        }
    }

    public void close() {
        workers.forEach(Thread::interrupt);
    }
}
