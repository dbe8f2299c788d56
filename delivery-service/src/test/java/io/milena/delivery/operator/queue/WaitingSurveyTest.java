package io.milena.delivery.operator.queue;

import static io.milena.delivery.operator.Letters.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.milena.delivery.TestBroker;
import io.milena.delivery.operator.SomeMail;
import io.milena.delivery.progress.MailProgress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.TopicSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Counts of waiting mail, on topics of a real broker. Each test has domains of its own. */
class WaitingSurveyTest {
    private static final String TIER = Topics.deferred(Duration.ofHours(1));
    private static final TopicReader.Limit ENOUGH = new TopicReader.Limit(Duration.ofSeconds(30), 64 * 1024 * 1024);

    private static TestBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Set<String> finished = new HashSet<>();
    private final SomeMail old = SomeMail.acceptedAt(now.minus(Duration.ofHours(3)));
    private final SomeMail young = SomeMail.acceptedAt(now.minus(Duration.ofMinutes(3)));

    /** The first two records are always finished. */
    private final MailProgress progress = new MailProgress() {
        @Override
        public long head(TopicPartition partition) {
            return partition.topic().equals(Topics.OUTBOUND) ? 2 : 0;
        }

        @Override
        public boolean isFinished(TopicPartition partition, long offset) {
            return offset < head(partition) || finished.contains(partition + "@" + offset);
        }
    };

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.fresh(
                new TopicSettings(1, (short) 1, false, List.of(Duration.ofMinutes(1), Duration.ofHours(1))));
        producer = broker.clients().producer(Map.of());
        var mail = SomeMail.acceptedAt(Instant.now());
        for (var domain : List.of("count.example", "both.example")) {
            write(mail.in(Topics.OUTBOUND, Instant.now(), "a@" + domain));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        broker.close();
    }

    private static String write(ProducerRecord<byte[], byte[]> record) throws Exception {
        var written = producer.send(record).get();
        return written.topic() + "-" + written.partition() + "@" + written.offset();
    }

    private WaitingView count(WaitingSurvey.By by, String name) {
        return count(ENOUGH, by, name::equals);
    }

    private WaitingView count(TopicReader.Limit limit, WaitingSurvey.By by, Predicate<String> wanted) {
        try (var survey = new WaitingSurvey(broker.clients(), progress, limit, by, wanted, now)) {
            return survey.count();
        }
    }

    @Test
    void whatIsNotFinishedIsCountedWhereverItWaits() throws Exception {
        var soon = now.plus(Duration.ofMinutes(5));
        var later = now.plus(Duration.ofHours(1));
        var recipient = "a@count.example";
        write(young.in(Topics.ACCEPTED, now, recipient, "b@count.example", "c@other.example"));
        write(young.in(Topics.OUTBOUND, now, recipient));
        finished.add(write(young.in(Topics.OUTBOUND, now, recipient)));
        write(young.in(Topics.WAITING, now, recipient));
        write(old.deferred(TIER, now, 3, later, recipient));
        // It goes through another tier first.
        write(young.onItsWay(
                Topics.deferred(Duration.ofMinutes(1)), now, 1, now.plus(Duration.ofMinutes(1)), soon, recipient));
        write(young.releasedAt(later).deferred(TIER, now, 0, later, recipient));
        finished.add(write(old.deferred(TIER, now, 1, now, recipient)));
        write(new ProducerRecord<>(TIER, octets("count.example"), octets("no mail")));

        var view = count(WaitingSurvey.By.DOMAIN, "count.example");

        long size = SomeMail.HEADER.length() + SomeMail.BODY.length();
        assertThat(view)
                .isEqualTo(new WaitingView(
                        true,
                        6,
                        1,
                        List.of(new WaitingView.Item("count.example", 6, 6 * size, 3, 1, old.acceptedAt(), soon))));
    }

    @Test
    void aMessageToTwoDomainsIsOneOfItsAccount() throws Exception {
        write(young.in(Topics.ACCEPTED, now, "a@both.example", "a@both.example.org"));

        assertThat(count(ENOUGH, WaitingSurvey.By.DOMAIN, name -> name.startsWith("both.example"))
                        .items())
                .extracting(WaitingView.Item::name, WaitingView.Item::messages, WaitingView.Item::next)
                .containsExactly(tuple("both.example", 1L, null), tuple("both.example.org", 1L, null));
        long before = count(WaitingSurvey.By.ACCOUNT, "shop").messages();
        write(young.in(Topics.ACCEPTED, now, "a@both.example", "a@both.example.org"));
        assertThat(count(WaitingSurvey.By.ACCOUNT, "shop").messages()).isEqualTo(before + 1);
    }

    @Test
    void aLookThatIsCutShortSaysSo() throws Exception {
        for (int i = 0; i < 5; i++) {
            write(young.in(Topics.ACCEPTED, now, "a@cut.example"));
        }
        var little = new TopicReader.Limit(Duration.ofSeconds(30), 0);

        var view = count(little, WaitingSurvey.By.DOMAIN, "cut.example"::equals);

        assertThat(view.complete()).isFalse();
        assertThat(view.messages()).isLessThan(5);
    }
}
