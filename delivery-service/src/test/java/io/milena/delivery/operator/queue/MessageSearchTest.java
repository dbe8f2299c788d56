package io.milena.delivery.operator.queue;

import static io.milena.delivery.operator.Letters.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.TestBroker;
import io.milena.delivery.operator.SomeMail;
import io.milena.delivery.operator.letter.LetterId;
import io.milena.delivery.operator.queue.RecipientView.State;
import io.milena.delivery.progress.MailProgress;
import io.milena.topics.DeadLetter;
import io.milena.topics.Failure;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.TopicSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a message is found, by its records and by the groups' commits. Each test has a message of its own. */
class MessageSearchTest {
    private static final String TIER = Topics.deferred(Duration.ofHours(1));
    private static final int PARTITIONS = 3;
    private static final TopicReader.Limit ENOUGH = new TopicReader.Limit(Duration.ofSeconds(30), 64 * 1024 * 1024);

    private static TestBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Instant accepted = now.minus(Duration.ofHours(3));
    private final SomeMail mail = SomeMail.acceptedAt(accepted);
    private final Map<TopicPartition, Set<Long>> finished = new HashMap<>();
    private final Map<TopicPartition, Long> heads = new HashMap<>();
    /** Runs when a record of that partition is found. */
    private final Map<TopicPartition, Callable<?>> meanwhile = new HashMap<>();

    private Optional<Predicate<LetterId>> openLetters = Optional.empty();

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.fresh(
                new TopicSettings(PARTITIONS, (short) 1, false, List.of(Duration.ofMinutes(1), Duration.ofHours(1))));
        producer = broker.clients().producer(Map.of("linger.ms", 5));
    }

    /** Times increase within a topic: records of an earlier test are newer than this one's. */
    @BeforeEach
    void emptyTopics() throws Exception {
        try (var admin = Admin.create(broker.clients().base())) {
            var all = new HashMap<TopicPartition, RecordsToDelete>();
            for (var topic : admin.listTopics().names().get()) {
                for (int partition = 0; topic.startsWith("mail.") && partition < PARTITIONS; partition++) {
                    all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
                }
            }
            admin.deleteRecords(all).all().get();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        broker.close();
    }

    /** The committed progress: the records in {@link #finished}. */
    private final MailProgress progress = new MailProgress() {
        @Override
        public long head(TopicPartition partition) {
            return heads.getOrDefault(partition, 0L);
        }

        @Override
        public boolean isFinished(TopicPartition partition, long offset) {
            try {
                meanwhile.getOrDefault(partition, () -> null).call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return offset < head(partition)
                    || finished.getOrDefault(partition, Set.of()).contains(offset);
        }
    };

    /** Writes a record; returns its place in the view's form. */
    private static String write(ProducerRecord<byte[], byte[]> record) throws Exception {
        var written = producer.send(record).get();
        return written.topic() + "-" + written.partition() + "@" + written.offset();
    }

    private void writeFinished(ProducerRecord<byte[], byte[]> record) throws Exception {
        var written = producer.send(record).get();
        finished.computeIfAbsent(new TopicPartition(written.topic(), written.partition()), any -> new HashSet<>())
                .add(written.offset());
    }

    private MessageView view() {
        return view(ENOUGH, ENOUGH);
    }

    private MessageView view(TopicReader.Limit ofHistory, TopicReader.Limit ofMail) {
        try (var search = new MessageSearch(
                broker.clients(), progress, openLetters, ofHistory, ofMail, mail.id(), accepted, now)) {
            var result = search.search();
            return MessageView.of(
                    mail.id(), accepted, result.trail(), result.complete(), now, envelope -> List.of("signed.example"));
        }
    }

    private Instant after(Duration length) {
        return accepted.plus(length);
    }

    private static void assertRecipient(MessageView view, String recipient, State state, String where) {
        assertThat(view.complete()).isTrue();
        assertThat(view.recipients())
                .filteredOn(one -> one.recipient().equals(recipient))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.state()).isEqualTo(state);
                    assertThat(one.where()).isEqualTo(where);
                });
    }

    @Test
    void whatWasNotTriedWaitsWhereItCame() throws Exception {
        var where = write(mail.in(Topics.OUTBOUND, after(Duration.ofMillis(90)), "a@one.example", "b@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.QUEUED, where);
        assertRecipient(view, "b@one.example", State.QUEUED, where);
        assertThat(view.waiting()).singleElement().satisfies(place -> {
            assertThat(place.recipients()).containsExactly("a@one.example", "b@one.example");
            assertThat(place.attempts()).isZero();
            assertThat(place.due()).isNull();
        });
        assertThat(view.history()).isEmpty();
        assertThat(view.headers()).isEqualTo("Subject: Hello\nX-Odd: \uFFFD[31mred\n\n");
        assertThat(view.toString()).doesNotContain(SomeMail.BODY);
    }

    @Test
    void theFanOutHasNotComeToIt() throws Exception {
        var where = write(mail.in(Topics.ACCEPTED, accepted, "a@one.example", "b@two.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.QUEUED, where);
        assertRecipient(view, "b@two.example", State.QUEUED, where);
    }

    @Test
    void ofTwoDomainsOneIsDeliveredAndOneDeferred() throws Exception {
        writeFinished(mail.in(Topics.ACCEPTED, accepted, "a@one.example", "b@two.example"));
        writeFinished(mail.in(Topics.OUTBOUND, after(Duration.ofSeconds(40)), "a@one.example"));
        writeFinished(mail.in(Topics.OUTBOUND, after(Duration.ofSeconds(40)), "b@two.example"));
        var tried = after(Duration.ofMinutes(150));
        var due = tried.plus(Duration.ofHours(1));
        write(mail.outcome(Outcome.Type.DELIVERED, tried, 1, Optional.empty(), "a@one.example"));
        write(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), "b@two.example"));
        var where = write(mail.deferred(TIER, tried, 1, due, "b@two.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.DELIVERED, null);
        assertRecipient(view, "b@two.example", State.DEFERRED, where);
        assertThat(view.recipients()).extracting(RecipientView::due).containsExactly(null, due);
        assertThat(view.history()).extracting(OutcomeView::recipient).containsExactly("a@one.example", "b@two.example");
        assertThat(view.waiting()).extracting(PlaceView::attempts).containsExactly(1);
    }

    @Test
    void aThousandDomainsAreFollowedTogether() throws Exception {
        var recipients = IntStream.range(0, 1000)
                .mapToObj(number -> "a@d" + number + ".example")
                .toArray(String[]::new);
        writeFinished(mail.in(Topics.ACCEPTED, accepted, recipients));
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < recipients.length; i++) {
            var tried = after(Duration.ofHours(2).plusMillis(20 * i));
            var due = tried.plus(Duration.ofHours(1));
            sent.add(producer.send(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), recipients[i])));
            sent.add(producer.send(mail.deferred(TIER, tried, 1, due, recipients[i])));
        }
        for (var one : sent) {
            one.get();
        }

        // In less time than a question for each of them would take.
        var view = view(ENOUGH, new TopicReader.Limit(Duration.ofSeconds(12), 64 * 1024 * 1024));

        assertThat(view.complete()).isTrue();
        assertThat(view.recipients()).hasSize(1000).allSatisfy(one -> {
            assertThat(one.state()).isEqualTo(State.DEFERRED);
            assertThat(one.where()).startsWith(TIER);
        });
        assertThat(view.waiting()).hasSize(1000);
    }

    @Test
    void aRecordThatIsOlderThanTheDeferralIsNoPlaceToWait() throws Exception {
        // As if the commit's metadata had no room to say that it is finished.
        write(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var tried = after(Duration.ofSeconds(1));
        var due = tried.plus(Duration.ofHours(4));
        write(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), "a@one.example"));

        assertRecipient(view(), "a@one.example", State.DEFERRED, null);
    }

    @Test
    void whatCameBackFromItsTierIsQueued() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var tried = after(Duration.ofSeconds(1));
        var due = tried.plus(Duration.ofHours(1));
        write(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), "a@one.example"));
        writeFinished(mail.deferred(TIER, tried, 1, due, "a@one.example"));
        var where = write(mail.deferred(Topics.OUTBOUND, due.plus(Duration.ofSeconds(3)), 1, due, "a@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.QUEUED, where);
        assertThat(view.recipients()).extracting(RecipientView::due).containsExactly((Instant) null);
    }

    @Test
    void whatWasFlushedIsFoundThoughNobodyKnowsWhen() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var tried = after(Duration.ofHours(2).plusMinutes(30));
        var due = tried.plus(Duration.ofHours(1));
        write(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), "a@one.example"));
        writeFinished(mail.deferred(TIER, tried, 1, due, "a@one.example"));
        var where = write(mail.deferred(Topics.OUTBOUND, tried.plus(Duration.ofMinutes(17)), 1, due, "a@one.example"));

        assertRecipient(view(), "a@one.example", State.QUEUED, where);
    }

    @Test
    void whatWasPassedOnOrSetAsideIsFollowed() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            writeFinished(mail.inPartition(
                    Topics.OUTBOUND, partition, after(Duration.ofSeconds(1 + partition)), "a@one.example"));
        }
        var where = write(mail.inPartition(Topics.WAITING, 1, after(Duration.ofSeconds(20)), "a@one.example"));

        assertRecipient(view(), "a@one.example", State.QUEUED, where);
    }

    @Test
    void scheduledMailHasNoOutcomesAndIsFollowedFromTierToTier() throws Exception {
        var scheduled = mail.releasedAt(now.plus(Duration.ofHours(9)));
        writeFinished(scheduled.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var hop = accepted.plusMillis(200);
        for (int hops = 0; hops < 2; hops++) {
            var due = hop.plus(Duration.ofHours(1));
            writeFinished(scheduled.deferred(TIER, hop, 0, due, "a@one.example"));
            writeFinished(scheduled.deferred(Topics.OUTBOUND, due, 0, due, "a@one.example"));
            hop = due.plusMillis(200);
        }
        var where = write(scheduled.deferred(TIER, hop, 0, hop.plus(Duration.ofHours(1)), "a@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.SCHEDULED, where);
        assertThat(view.envelope().releaseAt()).isEqualTo(now.plus(Duration.ofHours(9)));
    }

    @Test
    void aRetryIsFollowedFromTierToTier() throws Exception {
        var retry = now.plus(Duration.ofMinutes(30));
        var first = accepted.plusMillis(200);
        var second = first.plus(Duration.ofHours(1));
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        write(mail.outcome(Outcome.Type.DEFERRED, first, 1, Optional.of(retry), "a@one.example"));
        writeFinished(mail.onItsWay(TIER, first, 1, second, retry, "a@one.example"));
        writeFinished(mail.onItsWay(Topics.OUTBOUND, second, 1, second, retry, "a@one.example"));
        var where = write(mail.onItsWay(
                TIER, second.plusMillis(200), 1, second.plus(Duration.ofHours(1)), retry, "a@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.DEFERRED, where);
        assertThat(view.recipients().getFirst().due()).isEqualTo(retry);
    }

    @Test
    void whatTookAnHourToComeInIsFoundAmongAllThatWaits() throws Exception {
        var where = write(mail.in(Topics.OUTBOUND, after(Duration.ofHours(1)), "a@one.example"));

        assertRecipient(view(), "a@one.example", State.QUEUED, where);
    }

    @Test
    void whatIsSettledIsToldWithItsHeaderAsLongAsThatIsKept() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, after(Duration.ofMinutes(50)), "a@one.example"));
        write(mail.outcome(
                Outcome.Type.DELIVERED, after(Duration.ofMinutes(51)), 1, Optional.empty(), "a@one.example"));
        // The host that took it sent a bounce report.
        write(mail.outcome(Outcome.Type.BOUNCED, after(Duration.ofHours(2)), 0, Optional.empty(), "a@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.BOUNCED, null);
        assertThat(view.headers()).startsWith("Subject: Hello\n");
        assertThat(view.envelope().envelopeId()).isEqualTo("QQ314159");
        assertThat(view.waiting()).isEmpty();
    }

    @Test
    void whenNoRecordIsKeptTheHistoryIsShownAlone() throws Exception {
        write(mail.outcome(Outcome.Type.EXPIRED, after(Duration.ofHours(1)), 3, Optional.empty(), "a@one.example"));

        var view = view();

        assertRecipient(view, "a@one.example", State.EXPIRED, null);
        assertThat(view.headers()).isNull();
        assertThat(view.envelope()).isNull();
        assertThat(view.acceptedAt()).isEqualTo(accepted);
    }

    @Test
    void whatIsSettledWhileItIsLookedForIsSettled() throws Exception {
        var place = new TopicPartition(Topics.OUTBOUND, 0);
        write(mail.inPartition(Topics.OUTBOUND, 0, accepted, "a@one.example"));
        var delivered = mail.outcome(Outcome.Type.DELIVERED, now, 1, Optional.empty(), "a@one.example");
        meanwhile.put(place, () -> producer.send(delivered).get());

        var view = view();

        assertRecipient(view, "a@one.example", State.DELIVERED, null);
        assertThat(view.waiting()).isEmpty();
    }

    @Test
    void whatIsDeferredWhileItIsLookedForWaitsInItsTier() throws Exception {
        write(mail.inPartition(Topics.OUTBOUND, 0, accepted, "a@one.example"));
        var due = now.plus(Duration.ofHours(1));
        var outcome = mail.outcome(Outcome.Type.DEFERRED, now, 1, Optional.of(due), "a@one.example");
        var deferred = mail.inPartition(TIER, 2, now, "a@one.example");
        meanwhile.put(new TopicPartition(Topics.OUTBOUND, 0), () -> {
            producer.send(outcome).get();
            return producer.send(deferred).get();
        });

        var view = view();

        assertRecipient(view, "a@one.example", State.DEFERRED, TIER + "-2@" + (endOf(TIER, 2) - 1));
    }

    private static long endOf(String topic, int partition) throws Exception {
        var place = new TopicPartition(topic, partition);
        try (var admin = Admin.create(broker.clients().base())) {
            return admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                    .partitionResult(place)
                    .get()
                    .offset();
        }
    }

    @Test
    void aReportThatIsNotMadeYetIsShown() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example", "b@one.example"));
        var tried = after(Duration.ofSeconds(1));
        write(mail.outcome(Outcome.Type.BOUNCED, tried, 1, Optional.empty(), "a@one.example"));
        write(mail.outcome(Outcome.Type.DELIVERED, tried, 1, Optional.empty(), "b@one.example"));
        var where = write(mail.record(0, Optional.empty(), "a@one.example").failed(new Failure(List.of())));

        var view = view();

        assertRecipient(view, "a@one.example", State.BOUNCED, null);
        assertRecipient(view, "b@one.example", State.DELIVERED, null);
        assertThat(view.waiting())
                .extracting(place -> place.topic() + "-" + place.partition() + "@" + place.offset())
                .containsExactly(where);
    }

    @Test
    void aDeadLetterWaitsForAnOperatorUntilItIsDealtWith() throws Exception {
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var record = mail.in(Topics.OUTBOUND, accepted, "a@one.example");
        var read = new ConsumerRecord<>(Topics.OUTBOUND, 0, 7, record.key(), record.value());
        record.headers().forEach(header -> read.headers().add(header));
        var where = write(DeadLetter.of(read, new IllegalStateException("a bug")));

        openLetters = Optional.of(id -> where.endsWith("-" + id.partition() + "@" + id.offset()));
        var view = view();
        assertRecipient(view, "a@one.example", State.DEAD_LETTER, where);
        assertThat(view.waiting())
                .extracting(PlaceView::reason)
                .containsExactly("java.lang.IllegalStateException: a bug");

        openLetters = Optional.empty();
        assertRecipient(view(), "a@one.example", State.UNKNOWN, null);
    }

    @Test
    void aReportThatCameBackIsReadAndHasNoOutcome() throws Exception {
        writeFinished(mail.in(Topics.RETURNED, accepted, "ra.token@bounces.example.org"));

        assertRecipient(view(), "ra.token@bounces.example.org", State.READ, null);
    }

    @Test
    void otherMailThatNamesItIsNotIt() throws Exception {
        var other = SomeMail.acceptedAt(accepted);
        var record = other.in(Topics.OUTBOUND, accepted, mail.id() + "@one.example");
        write(record);
        write(new ProducerRecord<>(Topics.OUTBOUND, null, accepted.toEpochMilli(), octets("k"), octets("no mail")));

        var view = view();

        assertThat(view.recipients()).isEmpty();
        assertThat(view.complete()).isTrue();
    }

    @Test
    void secondsOfATopicAreReadHoweverMuchItHolds() throws Exception {
        // Twice the size of one fetch of each partition; in all there are 120 MB.
        var few = new TopicReader.Limit(Duration.ofSeconds(30), 2 * PARTITIONS * 4 * 1024 * 1024);
        fill(Topics.OUTBOUND, accepted.minus(Duration.ofDays(1)));
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        fill(Topics.OUTBOUND, now);
        var tried = after(Duration.ofHours(1));
        var due = tried.plus(Duration.ofHours(1));
        write(mail.outcome(Outcome.Type.DEFERRED, tried, 1, Optional.of(due), "a@one.example"));
        fill(TIER, tried.minus(Duration.ofMinutes(1)));
        var where = write(mail.deferred(TIER, tried, 1, due, "a@one.example"));
        fill(TIER, now);

        assertRecipient(view(few, few), "a@one.example", State.DEFERRED, where);
    }

    /** 10 MB of other mail in each partition. */
    private static void fill(String topic, Instant at) throws Exception {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < PARTITIONS * 100; i++) {
            sent.add(producer.send(new ProducerRecord<>(
                    topic, i % PARTITIONS, at.toEpochMilli(), octets("key"), new byte[100 * 1024])));
        }
        for (var one : sent) {
            one.get();
        }
    }

    @Test
    void aSearchThatIsCutShortSaysSo() throws Exception {
        var none = new TopicReader.Limit(Duration.ofSeconds(30), 0);
        writeFinished(mail.in(Topics.OUTBOUND, accepted, "a@one.example"));
        var tried = after(Duration.ofSeconds(1));
        write(mail.outcome(
                Outcome.Type.DEFERRED, tried, 1, Optional.of(tried.plus(Duration.ofHours(1))), "a@one.example"));

        var withoutMail = view(ENOUGH, none);
        assertThat(withoutMail.complete()).isFalse();
        assertThat(withoutMail.history()).hasSize(1);
        assertThat(withoutMail.recipients()).extracting(RecipientView::state).containsExactly(State.DEFERRED);

        var outOfTime = new TopicReader.Limit(Duration.ZERO, Long.MAX_VALUE);
        var nothing = view(outOfTime, outOfTime);
        assertThat(nothing.complete()).isFalse();
        assertThat(nothing.recipients()).isEmpty();
    }
}
