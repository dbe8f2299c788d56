package io.milena.bench;

/**
 * Takes one message a second over all its connections and answers 451 to further ones; greets with 421 while more than
 * five connections are open. Thread-safe.
 */
final class OneASecond implements Manner {
    private static final int CONNECTIONS = 5;
    private static final long SECOND = 1_000_000_000L;

    private long next = System.nanoTime();

    @Override
    public String greeting(int open) {
        return open > CONNECTIONS ? "421 4.7.0 too many connections" : "220 throttle";
    }

    @Override
    public synchronized String mail() {
        long now = System.nanoTime();
        if (next - now > 0) {
            return "451 4.7.1 one message a second";
        }
        next = now + SECOND;
        return "250 ok";
    }
}
