package io.milena.ingest.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.milena.ingest.message.MemoryBudget;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of ingest-service: {@code milena_ingest_…}. Thread-safe. */
public final class IngestMetrics {
    private final Counter connections;
    private final Counter accepted;
    private final Counter deferred;
    private final Counter rejected;
    private final Timer acceptTime;
    private final AtomicInteger sessions = new AtomicInteger();

    public IngestMetrics(MeterRegistry registry, MemoryBudget budget) {
        connections = Counter.builder("milena.ingest.connections")
                .description("connections that clients opened")
                .register(registry);
        accepted = messages(registry, "accepted");
        deferred = messages(registry, "deferred");
        rejected = messages(registry, "rejected");
        acceptTime = Timer.builder("milena.ingest.accept")
                .description("from the final dot to the reply that takes the message over")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        Gauge.builder("milena.ingest.sessions", sessions, AtomicInteger::get)
                .description("open sessions")
                .register(registry);
        Gauge.builder("milena.ingest.memory", budget, MemoryBudget::used)
                .description("octets of content in memory")
                .baseUnit("bytes")
                .register(registry);
    }

    private static Counter messages(MeterRegistry registry, String result) {
        return Counter.builder("milena.ingest.messages")
                .description("content that came to its end, by the class of the reply")
                .tag("result", result)
                .register(registry);
    }

    void opened() {
        connections.increment();
        sessions.incrementAndGet();
    }

    void closed() {
        sessions.decrementAndGet();
    }

    public int sessions() {
        return sessions.get();
    }

    void accepted(long nanosFromDot) {
        accepted.increment();
        acceptTime.record(nanosFromDot, TimeUnit.NANOSECONDS);
    }

    void refused(boolean forNow) {
        (forNow ? deferred : rejected).increment();
    }
}
