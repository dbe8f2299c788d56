package io.milena.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import io.milena.topics.kafka.LoopHealth;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every session that waits for the broker has an answer, and health says whether mail is stored. */
class MailPublisherTest {
    private static final long SECONDS = 30;

    private final LoopHealth health = new LoopHealth("publisher");
    private final FailingProducer producer = new FailingProducer();
    private final MailPublisher publisher = new MailPublisher(producer, health);
    private final LinkedBlockingQueue<Exception> answers = new LinkedBlockingQueue<>();

    /** Throws what it is told to when a record is sent. */
    private static final class FailingProducer extends MockProducer<byte[], byte[]> {
        private volatile Throwable next;

        FailingProducer() {
            super(cluster(), true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            var failure = next;
            next = null;
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return super.send(record, callback);
        }
    }

    private static Cluster cluster() {
        var node = new Node(1, "127.0.0.1", 1);
        var partitions = Stream.of(Topics.OUTBOUND, Topics.ACCEPTED, Topics.RETURNED, Topics.BODIES)
                .map(topic -> new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}))
                .toList();
        return new Cluster("cluster", List.of(node), partitions, Set.of(), Set.of());
    }

    @AfterEach
    void close() {
        publisher.close();
    }

    @Test
    void whateverSendThrowsTheSessionHasAnAnswerAndTheNextIsSent() throws Exception {
        assertThat(answerAfter(new IllegalStateException("a bug")))
                .isInstanceOf(MailPublisher.NotSentException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(answerAfter(new StackOverflowError())).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(answerAfter(null)).isNull();
        assertThat(health.works()).isTrue();
    }

    @Test
    void whatBrokersDidNotAnswerIsOverWhenTheyAnswer() throws Exception {
        answerAfter(new TimeoutException("no broker"));
        assertThat(health.works()).isFalse();

        publisher.heard();

        assertThat(health.works()).isTrue();
    }

    @Test
    void whatBrokersRefuseIsNotOverBecauseTheyAnswer() throws Exception {
        answerAfter(new IllegalStateException("not allowed"));

        publisher.heard();

        assertThat(health.works()).isFalse();
    }

    @Test
    void aRecordThatIsTooLargeSaysNothingOfTheBrokers() throws Exception {
        answerAfter(new RecordTooLargeException("too large"));

        assertThat(health.works()).isTrue();
    }

    /** Null if the record was stored. */
    private Exception answerAfter(Throwable failure) throws InterruptedException {
        producer.next = failure;
        var stored = new Exception("stored");
        publisher.publish(
                new ProducerRecord<>(Topics.OUTBOUND, "mail".getBytes(StandardCharsets.US_ASCII)),
                (metadata, refusal) -> answers.add(refusal == null ? stored : refusal));
        var answer = answers.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(answer).as("an answer").isNotNull();
        return answer == stored ? null : answer;
    }
}
