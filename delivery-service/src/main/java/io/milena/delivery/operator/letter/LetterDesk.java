package io.milena.delivery.operator.letter;

import io.milena.topics.DeadLetter;
import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.Transactor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Closes letters, each once, whichever replica is asked. All replicas use one transactional id: a replica that begins
 * ends the open transaction of another, then reads which letters are closed; a replica that was overtaken commits
 * nothing and begins again. Thread-safe; blocks.
 */
final class LetterDesk {
    private static final String TRANSACTIONAL_ID = "milena-dead-letters";
    private static final int TURNS = 10;
    private static final int COMMIT_TRIES = 4;

    private static final int LETTERS_PER_TRANSACTION = 200;

    private final KafkaClients clients;
    private final LetterIndex index;
    private final Consumer<List<Outcome>> log;

    /** @param log is told of outcomes once they are committed */
    LetterDesk(KafkaClients clients, LetterIndex index, Consumer<List<Outcome>> log) {
        this.clients = clients;
        this.index = index;
        this.log = log;
    }

    /**
     * The result for each letter, in their order. If this throws, some may be closed all the same: the next request is
     * told so.
     */
    synchronized Map<LetterId, Dealt> deal(Collection<LetterId> ids, Mark mark) {
        var results = new LinkedHashMap<LetterId, Dealt>();
        for (int turn = 1; ; turn++) {
            try (var producer = producer();
                    var reader = new LetterReader(clients, index)) {
                // From here on no other transaction is open, and everything committed before can be read.
                producer.initTransactions();
                index.refresh();
                dealInTurn(ids, mark, reader, producer, results);
                return results;
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                if (turn == TURNS) {
                    throw e;
                }
                pause();
            }
        }
    }

    private void dealInTurn(
            Collection<LetterId> ids,
            Mark mark,
            LetterReader reader,
            KafkaProducer<byte[], byte[]> producer,
            Map<LetterId, Dealt> results) {
        var batch = new Batch();
        for (var id : ids) {
            if (results.get(id) instanceof Dealt.Done) {
                continue;
            }
            var refusal = refusal(id, mark);
            if (refusal.isPresent()) {
                results.put(id, refusal.get());
                continue;
            }
            var letter = reader.letter(id);
            var result = letter.map(found -> batch.add(id, found.letter(), mark, reader))
                    .orElse(new Dealt.NotThere());
            results.put(id, result);
            if (batch.bytes >= Transactor.LARGEST || batch.letters.size() >= LETTERS_PER_TRANSACTION) {
                batch.commit(producer, results);
            }
        }
        batch.commit(producer, results);
    }

    private Optional<Dealt> refusal(LetterId id, Mark mark) {
        if (index.isOpen(id)) {
            return Optional.empty();
        }
        var there = index.mark(id);
        if (there.filter(mark::equals).isPresent()) {
            // Our own mark, of a turn that ended without an answer.
            return Optional.of(new Dealt.Done());
        }
        return Optional.of(index.exists(id) ? new Dealt.Already(there) : new Dealt.NotThere());
    }

    /** The content of one transaction: all letters are read before it begins. */
    private final class Batch {
        private final List<LetterId> letters = new ArrayList<>();
        private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        private final List<Outcome> outcomes = new ArrayList<>();
        private long bytes;

        /** {@link Dealt.Done} counts only when the batch is committed. */
        Dealt add(LetterId id, DeadLetter letter, Mark mark, LetterReader reader) {
            switch (mark.action()) {
                case REPLAYED -> {
                    var topic = letter.source().map(DeadLetter.Source::topic);
                    if (topic.filter(reader::exists).isEmpty()) {
                        return new Dealt.Impossible(topic.map(name -> "there is no topic " + name + " any more")
                                .orElse("it doesn't say where it was read"));
                    }
                    if (letter.isBare()) {
                        return new Dealt.Impossible("its headers were too large to be kept");
                    }
                    var whole = reader.whole(letter);
                    if (whole.isEmpty()) {
                        return new Dealt.Impossible(
                                "it was too large to be kept whole, and " + topic.get() + " has lost it since");
                    }
                    var original = letter.original(letter.value() == null ? null : whole.get());
                    if (!clients.limits().takes(original) && !clients.limits().takesNow(original)) {
                        return new Dealt.Impossible("%s takes records of %d octets, this one has %d"
                                .formatted(topic.get(), clients.limits().of(topic.get()), RecordSize.octets(original)));
                    }
                    records.add(original);
                    bytes += whole.get().length;
                }
                case DISCARDED -> outcomes.addAll(Cancelled.outcomes(letter, mark));
            }
            records.add(new ProducerRecord<>(Topics.DEALT_WITH, utf8(id.toString()), Json.write(mark)));
            letters.add(id);
            return new Dealt.Done();
        }

        void commit(KafkaProducer<byte[], byte[]> producer, Map<LetterId, Dealt> results) {
            if (letters.isEmpty()) {
                return;
            }
            try {
                producer.beginTransaction();
                records.forEach(producer::send);
                outcomes.forEach(outcome -> producer.send(outcome.record()));
                commitCertainly(producer);
            } catch (KafkaException | IllegalStateException e) {
                letters.forEach(results::remove);
                throw e;
            }
            log.accept(List.copyOf(outcomes));
            letters.clear();
            records.clear();
            outcomes.clear();
            bytes = 0;
        }
    }

    /** Commits until the result is certain: a commit that timed out may have happened. */
    private static void commitCertainly(KafkaProducer<byte[], byte[]> producer) {
        for (int tries = 1; ; tries++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (tries == COMMIT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return clients.producer(Map.of(
                "transactional.id", TRANSACTIONAL_ID,
                "client.id", TRANSACTIONAL_ID,
                "transaction.timeout.ms", 10_000,
                "delivery.timeout.ms", 10_000,
                "request.timeout.ms", 8_000,
                "max.block.ms", 15_000));
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(20, 300)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
