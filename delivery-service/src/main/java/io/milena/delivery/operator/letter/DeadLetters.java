package io.milena.delivery.operator.letter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.milena.delivery.operator.Started;
import io.milena.operator.Page;
import io.milena.topics.Outcome;
import io.milena.topics.kafka.KafkaClients;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The dead letters of all services, over all replicas: listed, counted for the gauge {@code milena_dead_letters}, and
 * closed. Thread-safe; blocks.
 */
@ApplicationScoped
public class DeadLetters implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final Duration COUNTED_EVERY = Duration.ofSeconds(5);

    private final MeterRegistry meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Started<Parts> parts = new Started<>();
    private volatile Thread counter;
    private volatile Gauge gauge;

    private record Parts(KafkaClients clients, LetterIndex index, LetterDesk desk) {}

    public DeadLetters(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * Call once, when the topics exist.
     *
     * @param log is told of the outcomes of mail that an operator discards
     */
    public void start(KafkaClients clients, Consumer<List<Outcome>> log) {
        var index = new LetterIndex(clients);
        parts.with(new Parts(clients, index, new LetterDesk(clients, index, log)));
        // Each replica counts all letters: do not add up the gauges of several replicas.
        gauge = Gauge.builder("milena.dead.letters", index, LetterIndex::open).register(meters);
        counter = Thread.ofVirtual().name("dead-letters").start(() -> count(index));
    }

    private void count(LetterIndex index) {
        try {
            do {
                try {
                    index.refresh();
                } catch (KafkaException e) {
                    LOG.debugf("the dead letters are not counted just now: %s", e.toString());
                } catch (RuntimeException | Error e) {
                    LOG.warn("the dead letters are not counted just now", e);
                }
            } while (!closing.await(COUNTED_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Open letters, the newest last. */
    Page<LetterSummary> page(LetterFilter filter, int limit, Cursor after) {
        return read(reader -> reader.page(filter, limit, after));
    }

    /** One letter, open or closed. */
    Optional<LetterView> letter(LetterId id) {
        return read(reader -> known(id) ? reader.letter(id) : Optional.<LetterReader.DatedLetter>empty())
                .map(found -> LetterView.of(found, parts.get().index().mark(id)));
    }

    /**
     * The whole value of a letter; empty if there is no such letter, or if its value was cut and the original is gone.
     */
    Optional<byte[]> value(LetterId id) {
        return read(reader -> known(id)
                ? reader.letter(id).flatMap(found -> reader.whole(found.letter()))
                : Optional.<byte[]>empty());
    }

    /** Tells whether a letter is open; empty if no letter is. */
    public Optional<Predicate<LetterId>> open() {
        var index = parts.get().index();
        index.refresh();
        return index.open() == 0 ? Optional.empty() : Optional.of(index::isOpen);
    }

    /** When the oldest open letter was put aside. */
    public Optional<Instant> oldestOpen() {
        return read(reader -> reader.page(new LetterFilter(Optional.empty(), Optional.empty()), 1, Cursor.START))
                .items()
                .stream()
                .map(LetterSummary::time)
                .findFirst();
    }

    private boolean known(LetterId id) {
        return parts.get().index().exists(id);
    }

    private <T> T read(Function<LetterReader, T> reading) {
        var now = parts.get();
        now.index().refresh();
        try (var reader = new LetterReader(now.clients(), now.index())) {
            return reading.apply(reader);
        }
    }

    Map<LetterId, Dealt> deal(Collection<LetterId> ids, Mark mark) {
        return parts.get().desk().deal(ids, mark);
    }

    @Override
    public void close() {
        closing.countDown();
        var registered = gauge;
        if (registered != null) {
            // A later instance in this process registers its own gauge.
            meters.remove(registered);
        }
        var counting = counter;
        try {
            if (counting != null && !counting.join(Duration.ofSeconds(5))) {
                counting.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.ifThere().ifPresent(now -> now.index().close());
    }
}
