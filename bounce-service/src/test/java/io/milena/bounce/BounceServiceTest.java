package io.milena.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.BodyReference;
import io.milena.topics.Failure;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.QueueId;
import io.milena.topics.Recipient;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The whole service on a real broker. The tests share it, so each knows its records by an id of its own. */
@QuarkusTest
@QuarkusTestResource(Broker.class)
class BounceServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    Broker broker;

    @TestHTTPResource
    URI http;

    @Test
    void failedMailComesBackToItsSender() {
        write(failedMail("alice@first.example"));

        var dsn = await(Topics.OUTBOUND, record -> Mails.text(record.key()).equals("first.example"));
        assertThat(MailRecord.from(dsn).envelope().hasNullReversePath()).isTrue();
        assertThat(DeliveryReport.failedRecipients(dsn.value())).hasSize(1);
    }

    @Test
    void aRecordThatCannotBeReadGoesToTheDeadLettersAndTheNextIsServed() {
        write(new ProducerRecord<>(Topics.FAILED, utf8("poison"), new byte[] {0, 1, 2}));
        write(failedMail("alice@after-poison.example"));

        var letter =
                await(Topics.DEAD_LETTERS, record -> Mails.text(record.key()).equals("poison"));
        assertThat(letter.value()).containsExactly(0, 1, 2);
        assertThat(Mails.text(letter.headers().lastHeader("reason").value())).contains("no header envelope");
        assertThat(Mails.text(letter.headers().lastHeader("source").value())).startsWith("mail.failed-0@");
        await(Topics.OUTBOUND, record -> Mails.text(record.key()).equals("after-poison.example"));
    }

    @Test
    void aReturnedReportBecomesAnOutcome() {
        var id = QueueId.next(System.currentTimeMillis());
        write(ReturnedMailTest.record(report(), returnAddress(id), Optional.empty())
                .to(Topics.RETURNED, returnAddress(id)));

        assertThat(outcomeOf(id).type()).isEqualTo(Outcome.Type.BOUNCED);
    }

    @Test
    void aReportToAnAddressForSeveralCountsForRecipientsThatHaveAnOutcome() {
        var id = QueueId.next(System.currentTimeMillis());
        var several = addresses().issue(id, "acme1");
        var sent = new Outcome(
                Outcome.Type.DELIVERED,
                id,
                "acme1",
                "alice@example.com",
                "Bob@example.net",
                Mails.NOW,
                1,
                "2.0.0",
                Optional.empty(),
                Outcome.Connection.NONE,
                7,
                Optional.empty(),
                false);
        write(new ProducerRecord<>(Topics.OUTCOMES, utf8(id), Json.write(sent)));
        write(ReturnedMailTest.record(report(), several, Optional.empty()).to(Topics.RETURNED, several));

        var bounced = await(
                Topics.OUTCOMES,
                record -> Mails.text(record.key()).equals(id)
                        && Json.read(record.value(), Outcome.class).type() == Outcome.Type.BOUNCED);
        assertThat(Json.read(bounced.value(), Outcome.class).recipient()).isEqualTo("Bob@example.net");
    }

    @Test
    void aReturnedReportWhoseBodyIsInChunksBecomesAnOutcome() {
        var id = QueueId.next(System.currentTimeMillis());
        byte[] report = report();
        int headerLength = Mails.text(report).indexOf("\r\n\r\n") + 4;
        int middle = headerLength + 100;
        long first = write(
                new ProducerRecord<>(Topics.BODIES, 0, utf8(id), Arrays.copyOfRange(report, headerLength, middle)));
        write(new ProducerRecord<>(Topics.BODIES, 0, utf8("another"), new byte[10]));
        long second = write(
                new ProducerRecord<>(Topics.BODIES, 0, utf8(id), Arrays.copyOfRange(report, middle, report.length)));
        write(ReturnedMailTest.record(
                        Arrays.copyOf(report, headerLength),
                        returnAddress(id),
                        Optional.of(new BodyReference(0, List.of(first, second))))
                .to(Topics.RETURNED, returnAddress(id)));

        assertThat(outcomeOf(id).status()).isEqualTo("5.1.1");
    }

    @Test
    void aReturnedReportWhoseBodyIsNotThereHoldsUpNothing() {
        var id = QueueId.next(System.currentTimeMillis());
        for (var reference : List.of(new BodyReference(99, List.of(0L)), new BodyReference(0, List.of(1_000_000L)))) {
            write(ReturnedMailTest.record(report(), returnAddress(id), Optional.of(reference))
                    .to(Topics.RETURNED, "lost"));
        }
        write(ReturnedMailTest.record(report(), returnAddress(id), Optional.empty())
                .to(Topics.RETURNED, returnAddress(id)));

        assertThat(outcomeOf(id).status()).isEqualTo("5.1.1");
        await(Topics.DEAD_LETTERS, record -> Mails.text(record.key()).equals("lost"));
    }

    @Test
    void aRestartOfTheBrokerIsSurvivedAndNothingIsReportedTwice() {
        write(failedMail("alice@before.example"));
        await(Topics.OUTBOUND, record -> Mails.text(record.key()).equals("before.example"));
        broker.restart();
        write(failedMail("alice@after.example"));

        await(Topics.OUTBOUND, record -> Mails.text(record.key()).equals("after.example"));
        assertThat(all(Topics.OUTBOUND))
                .filteredOn(record -> Mails.text(record.key()).equals("before.example"))
                .hasSize(1);
    }

    @Test
    void healthAndMetricsTell() throws Exception {
        write(failedMail("alice@metrics.example"));
        await(Topics.OUTBOUND, record -> Mails.text(record.key()).equals("metrics.example"));

        assertThat(get("/q/health/live")).contains("\"status\": \"UP\"");
        assertThat(get("/q/health/ready")).contains("\"bounce\": true", "\"returned\": true");
        assertThat(get("/q/metrics"))
                .containsPattern("milena_bounce_dsns_total [1-9]")
                .contains(
                        "milena_bounce_suppressed_total",
                        "milena_bounce_returned_total",
                        "milena_bounce_dead_letters_total");
    }

    private static ProducerRecord<byte[], byte[]> failedMail(String reversePath) {
        return Mails.mail(reversePath, Mails.HEADER, "", Recipient.of("bob@example.net"))
                .failed(new Failure(List.of(Mails.refused("bob@example.net"))));
    }

    private static byte[] report() {
        return new DsnWriter("mx.example.net", Duration.ofHours(72))
                .write(
                        Mails.mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net")),
                        List.of(new ReportedRecipient(
                                Recipient.of("bob@example.net"), Mails.refused("bob@example.net"))))
                .content();
    }

    private static String returnAddress(String id) {
        return addresses().issue(id, "acme1", "bob@example.net");
    }

    private static ReturnAddress addresses() {
        return new ReturnAddress("returns.example.org", "a secret of enough length", Duration.ofHours(72));
    }

    private Outcome outcomeOf(String id) {
        return Json.read(
                await(Topics.OUTCOMES, record -> Mails.text(record.key()).equals(id))
                        .value(),
                Outcome.class);
    }

    private long write(ProducerRecord<byte[], byte[]> record) {
        try (var producer = clients().producer(Map.of())) {
            return producer.send(record)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private ConsumerRecord<byte[], byte[]> await(String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = clients().reader(Map.of())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (System.nanoTime() < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (wanted.test(record)) {
                        return record;
                    }
                }
            }
        }
        throw new AssertionError("nothing such came to " + topic);
    }

    private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = clients().reader(Map.of())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            consumer.seekToBeginning(List.of(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private KafkaClients clients() {
        return KafkaClients.of(broker.bootstrapServers(), Map.of());
    }

    private String get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(http.resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
