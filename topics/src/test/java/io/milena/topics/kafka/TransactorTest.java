package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.DeadLetter;
import io.milena.topics.Failure;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Mails;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker refuses one record, and the others of its transaction are committed. */
class TransactorTest {
    private static final String TIER = Topics.deferred(Duration.ofMinutes(1));
    private static final TopicPartition READ = new TopicPartition(Topics.OUTBOUND, 0);

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static int tests;

    private final String group = "group-" + tests++;
    private final LoopHealth health = new LoopHealth("test");
    private KafkaClients clients;
    private Transactor transactor;
    private Map<TopicPartition, Long> before = Map.of();
    private boolean limited;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(dir);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void open() {
        clients = new KafkaClients(broker.clients().base(), Duration.ofDays(1));
        transactor = new Transactor(clients, group, health);
        before = broker.ends(List.of(Topics.OUTCOMES, Topics.DEAD_LETTERS, Topics.FAILED, Topics.WAITING, TIER));
    }

    @AfterEach
    void close() throws Exception {
        transactor.close();
        if (limited) {
            broker.limit(1_048_588, TIER, Topics.FAILED, Topics.DEAD_LETTERS);
        }
    }

    @Test
    void aRecordThatKafkaRefusesIsADeadLetterAndTheOthersAreCommitted() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        IntStream.range(0, 50).forEach(i -> records.add(outcome(i)));
        // A compacted topic takes no record without a key.
        records.add(31, new ProducerRecord<>(Topics.ORDERS, null, octets("an order")));

        assertThat(commit(records)).isTrue();

        assertThat(written(Topics.OUTCOMES)).hasSize(50);
        assertThat(written(Topics.DEAD_LETTERS)).singleElement().satisfies(record -> {
            var letter = DeadLetter.from(record);
            assertThat(letter.source()).contains(new DeadLetter.Source(Topics.ORDERS, Optional.empty()));
            assertThat(letter.reason()).startsWith("Kafka does not take it: ");
            assertThat(letter.value()).isEqualTo(octets("an order"));
        });
        assertThat(committed()).isEqualTo(7);
        assertThat(health.recordsPutAside()).isEqualTo(1);
        assertThat(health.works()).isTrue();
    }

    @Test
    void severalRecordsThatKafkaRefusesAreFoundAmongMany() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        IntStream.range(0, 200).forEach(i -> records.add(outcome(i)));
        for (int i : List.of(0, 17, 18, 199)) {
            records.add(i, new ProducerRecord<>(Topics.ORDERS, null, octets("order " + i)));
        }

        assertThat(commit(records)).isTrue();

        assertThat(written(Topics.OUTCOMES)).hasSize(200);
        assertThat(written(Topics.DEAD_LETTERS)).hasSize(4);
        assertThat(committed()).isEqualTo(7);
    }

    @Test
    void mailThatIsTooLargeForItsTopicGoesInSeveralRecords() throws Exception {
        limit(100_000, TIER);
        var mail = Mails.wide(974, 60, 20_000);

        assertThat(commit(List.of(mail.to(TIER, "example.com")))).isTrue();

        var records = written(TIER);
        assertThat(records).hasSizeGreaterThan(2);
        assertThat(records).allSatisfy(record -> assertThat(record.value()).isEqualTo(mail.content()));
        assertThat(records)
                .flatExtracting(record -> MailRecord.from(record).envelope().recipients())
                .containsExactlyElementsOf(mail.envelope().recipients());
        assertThat(written(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void aLimitThatIsLoweredLaterIsLearntFromTheRefusal() throws Exception {
        var mail = Mails.wide(600, 60, 10_000);
        assertThat(commit(List.of(mail.to(TIER, "example.com")))).isTrue();
        assertThat(written(TIER)).hasSize(1);
        limit(100_000, TIER);

        assertThat(commit(List.of(outcome(1), mail.to(TIER, "example.com"), outcome(2))))
                .isTrue();

        assertThat(written(TIER)).hasSize(3);
        assertThat(written(Topics.OUTCOMES)).hasSize(2);
        assertThat(written(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void recordsThatFitOneByOneButNotTogetherAreCommitted() throws Exception {
        try (var impatient = new Transactor(new ImpatientClients(clients.base()), group, health)) {
            var mail = Mails.wide(1, 0, 50_000).to(TIER, "example.com");
            assertThat(impatient.commit(List.of(mail), progress(), new ConsumerGroupMetadata(group)))
                    .isTrue();
            limit(100_000, TIER);

            // A producer that does not split a refused batch repeats it until its time-out; the next try, one record
            // at a time, is committed.
            var records = Collections.nCopies(8, mail);
            if (!impatient.commit(records, progress(), new ConsumerGroupMetadata(group))) {
                assertThat(impatient.commit(records, progress(), new ConsumerGroupMetadata(group)))
                        .isTrue();
            }
        }
        assertThat(written(TIER)).hasSize(9);
        assertThat(written(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void mailThatIsTooLargeForADeadLetterTooGoesBackToItsSender() throws Exception {
        limit(100_000, TIER);
        limit(50_000, Topics.DEAD_LETTERS);
        var mail = Mails.wide(1, 0, 200_000);

        assertThat(commit(List.of(mail.to(TIER, "example.com")))).isTrue();

        assertThat(written(Topics.DEAD_LETTERS)).isEmpty();
        var outcome = Json.read(written(Topics.OUTCOMES).getFirst().value(), Outcome.class);
        assertThat(outcome.type()).isEqualTo(Outcome.Type.BOUNCED);
        assertThat(outcome.status()).isEqualTo("5.3.4");
        assertThat(written(Topics.FAILED)).singleElement().satisfies(record -> {
            assertThat(MailRecord.failureOf(record).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.status()).isEqualTo("5.3.4"));
            assertThat(record.value()).hasSize(mail.envelope().content().headerLength());
        });
    }

    @Test
    void mailToOneRecipientThatFitsNowhereIsPutAsideWithAnOutcome() throws Exception {
        limit(100_000, TIER);
        var mail = Mails.wide(1, 0, 200_000);

        assertThat(commit(List.of(outcome(1), mail.to(TIER, "example.com")))).isTrue();

        assertThat(written(TIER)).isEmpty();
        assertThat(written(Topics.DEAD_LETTERS)).singleElement().satisfies(record -> {
            var letter = DeadLetter.from(record);
            assertThat(letter.source().orElseThrow().topic()).isEqualTo(TIER);
            assertThat(letter.value()).isEqualTo(mail.content());
            assertThat(letter.envelope()).contains(mail.envelope());
        });
        var outcomes = written(Topics.OUTCOMES);
        assertThat(outcomes).hasSize(2);
        var told = Json.read(outcomes.getLast().value(), Outcome.class);
        assertThat(told.type()).isEqualTo(Outcome.Type.DEFERRED);
        assertThat(told.status()).isEqualTo("4.3.4");
        assertThat(told.recipient()).isEqualTo("r0@example.com");
        assertThat(told.reply().orElseThrow()).contains("dead letter").contains(TIER);
    }

    @Test
    void aDeadLetterThatIsTooLargeIsCut() throws Exception {
        limit(50_000, Topics.DEAD_LETTERS);
        var read = new ConsumerRecord<>(Topics.OUTBOUND, 0, 3, octets("key"), new byte[200_000]);

        assertThat(commit(List.of(DeadLetter.of(read, new IllegalStateException("a bug")))))
                .isTrue();

        var letter = DeadLetter.from(written(Topics.DEAD_LETTERS).getFirst());
        assertThat(letter.size()).isEqualTo(200_000);
        assertThat(letter.value().length).isBetween(40_000, 50_000);
        assertThat(letter.source().orElseThrow().toString()).isEqualTo("mail.outbound-0@3");
    }

    @Test
    void aFailureThatIsTooLargeGoesWithoutTheBodyAndInPieces() throws Exception {
        limit(60_000, Topics.FAILED);
        var mail = Mails.wide(50, 0, 100_000);
        var entries = mail.envelope().recipients().stream()
                .map(recipient -> new Failure.Entry(
                        recipient.forwardPath(),
                        Outcome.Type.BOUNCED,
                        "5.1.1",
                        Optional.of("550 5.1.1 " + "n".repeat(2000)),
                        "",
                        Optional.of("mx.example.com"),
                        Instant.EPOCH))
                .toList();

        assertThat(commit(List.of(mail.failed(new Failure(entries))))).isTrue();

        var records = written(Topics.FAILED);
        assertThat(records).hasSizeGreaterThan(1);
        assertThat(records)
                .flatExtracting(record -> MailRecord.failureOf(record).entries())
                .containsExactlyElementsOf(entries);
        assertThat(records)
                .flatExtracting(record -> MailRecord.from(record).envelope().recipients())
                .containsExactlyElementsOf(mail.envelope().recipients());
        assertThat(records).allSatisfy(record -> assertThat(record.value()).hasSize(17));
    }

    @Test
    void mailForAPartitionThatIsNotThereGoesWhereItsKeyLeads() {
        assertThat(commit(List.of(Mails.wide(1, 0, 0).to(Topics.WAITING, 5, "example.com"))))
                .isTrue();

        assertThat(written(Topics.WAITING)).hasSize(1);
    }

    @Test
    void aTopicThatMayNotBeWrittenToIsNoRecordsFault() throws Exception {
        // Nobody creates it: each question for it times out.
        var missing = new ProducerRecord<byte[], byte[]>("no.such.topic", octets("key"), octets("value"));
        try (var admin = Admin.create(clients.base());
                var impatient = new Transactor(new ImpatientClients(clients.base()), group, health)) {
            assertThat(impatient.commit(List.of(outcome(1), missing), progress(), new ConsumerGroupMetadata(group)))
                    .isFalse();
            assertThat(written(Topics.DEAD_LETTERS)).isEmpty();
            assertThat(written(Topics.OUTCOMES)).isEmpty();
            assertThat(health.works()).isFalse();
            admin.createTopics(Set.of(new NewTopic("no.such.topic", 1, (short) 1)))
                    .all()
                    .get();
        }
        assertThat(commit(List.of(outcome(1), missing))).isTrue();
        assertThat(health.works()).isTrue();
    }

    /** Clients that wait only a second for a topic, and two for a broker. */
    private static final class ImpatientClients extends KafkaClients {
        ImpatientClients(Map<String, Object> base) {
            super(base, Duration.ofDays(1));
        }

        @Override
        public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
            var config = new HashMap<>(more);
            config.put("max.block.ms", 1_000);
            config.put("delivery.timeout.ms", 2_000);
            config.put("request.timeout.ms", 1_500);
            return super.producer(config);
        }
    }

    private void limit(int octets, String topic) throws Exception {
        limited = true;
        broker.limit(octets, topic);
    }

    private boolean commit(List<ProducerRecord<byte[], byte[]>> records) {
        return transactor.commit(records, progress(), new ConsumerGroupMetadata(group));
    }

    private static Map<TopicPartition, OffsetAndMetadata> progress() {
        return Map.of(READ, new OffsetAndMetadata(7));
    }

    private long committed() {
        try (var consumer = clients.consumer(Map.of("group.id", group))) {
            return consumer.committed(Set.of(READ)).get(READ).offset();
        }
    }

    /** The records that this test wrote. */
    private List<ConsumerRecord<byte[], byte[]>> written(String topic) {
        return broker.records(topic, before.get(new TopicPartition(topic, 0)));
    }

    private static ProducerRecord<byte[], byte[]> outcome(int number) {
        return new ProducerRecord<>(Topics.OUTCOMES, octets("id" + number), octets("outcome " + number));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
