package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.RetrySchedule;
import io.milena.delivery.outcome.SenderNotices;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.ConnectionSecurity;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteHost;
import io.milena.delivery.tier.TierLoop;
import io.milena.delivery.tlsreport.SteppedClock;
import io.milena.mail.HeaderScanner;
import io.milena.smtp.Command;
import io.milena.smtp.CommandParser;
import io.milena.smtp.Identity;
import io.milena.smtp.Mailbox;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.ReplyParser;
import io.milena.smtp.ReversePath;
import io.milena.smtp.SaslExchange;
import io.milena.smtp.SessionLimits;
import io.milena.smtp.SessionPolicy;
import io.milena.smtp.SmtpSession;
import io.milena.smtp.Verified;
import io.milena.topics.DeadLetter;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.RecordBudget;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * For any envelope that ingest accepts and any replies of hosts, each record that delivery makes fits into Kafka
 * without being split or cut.
 */
class RecordSizesPropertyTest {
    private static final int LIMIT = KafkaClients.LARGEST_REQUEST;
    private static final RecordBudget BUDGET = RecordBudget.of(LIMIT, HeaderScanner.MAX_OCTETS, 256 * 1024);
    private static final Instant START = Instant.parse("2026-11-30T12:00:00.123456789Z");
    private static final RemoteHost MX =
            new RemoteHost("mx." + "m".repeat(200) + ".example", InetAddress.getLoopbackAddress(), 25);
    private static final ConnectionSecurity CLEAR =
            new ConnectionSecurity(Optional.empty(), "opportunistic", Optional.empty());
    /** Strings of a character or so that take one to twelve octets of JSON. */
    private static final List<String> CHARACTERS = List.of("a", "ä", "€", "\ud83d\ude00", "+22");

    private final CommandParser parser = new CommandParser("mx.milena.test");

    @BeforeContainer
    static void beQuiet() {
        // The log would get a line for each of a thousand recipients, each time.
        Logger.getLogger("io.milena.delivery").setLevel(Level.WARNING);
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void eachRecordFitsHoweverOftenItIsDeferred(@ForAll Random random) {
        var clock = new SteppedClock(START.toString());
        var settler = new Settler(
                new RetrySchedule(List.of(Duration.ofMinutes(1)), id -> Optional.empty(), () -> 0.5),
                new SenderNotices(Duration.ofMinutes(5)),
                clock,
                new DeliveryLog(new SimpleMeterRegistry()));
        var mail = accepted(recipients(random), random);

        for (int attempt = 0; attempt < 10; attempt++) {
            var records = settler.attempted(mail, results(mail, "4", random));
            assertAllFit(records);
            var deferral = records.stream()
                    .filter(record -> Topics.DEFERRED.matcher(record.topic()).matches())
                    .findFirst()
                    .orElseThrow();
            mail = MailRecord.from(consumed(deferral));
            var back = TierLoop.back(mail);
            assertAllFit(List.of(
                    back,
                    mail.to(Topics.WAITING, 3, "example.com"),
                    DeadLetter.of(consumed(back), new IllegalStateException("b".repeat(1000)))));
            mail = new MailRecord(mail.envelope().withDoubt(), mail.content());
            clock.goOn(Duration.ofMinutes(1));
        }
        assertAllFit(settler.attempted(mail, results(mail, "5", random)));
        assertAllFit(settler.expired(mail));
    }

    private static void assertAllFit(List<ProducerRecord<byte[], byte[]>> records) {
        assertThat(records)
                .allSatisfy(record ->
                        assertThat(RecordSize.octets(record)).as(record.topic()).isLessThanOrEqualTo(LIMIT));
    }

    /** As many recipients as a session accepts. */
    private List<Recipient> recipients(Random random) {
        var session = session();
        session.on(command("EHLO client.example"));
        session.on(command("AUTH PLAIN AGFwaWtleQBzZWNyZXQ="));
        session.verified(Parsed.good(
                new Verified(new Identity("account", "credential", "apikey", List.of()), Optional.empty())));
        assertThat(session.on(command("MAIL FROM:<anna@example.org> SMTPUTF8")).reply())
                .isEqualTo(Replies.REVERSE_PATH_OK);
        var character = CHARACTERS.get(random.nextInt(CHARACTERS.size()));
        int length = random.nextInt(490) / character.length();
        var recipients = new ArrayList<Recipient>();
        for (int i = 0; i < 1000; i++) {
            var local = random.nextBoolean() ? "r" + i : "\"" + i + "\\\"".repeat(random.nextInt(25)) + "\"";
            var line = "RCPT TO:<" + local + "@example.com>"
                    + (length == 0 ? "" : " ORCPT=utf-8;" + character.repeat(length)) + " NOTIFY=SUCCESS,FAILURE,DELAY";
            var command = command(line);
            var reply = session.on(command).reply();
            if (reply.equals(Replies.TOO_MANY_RECIPIENTS)) {
                break;
            }
            assertThat(reply).as(line).isEqualTo(Replies.FORWARD_PATH_OK);
            var rcpt = (Command.Rcpt) command;
            recipients.add(new Recipient(
                    rcpt.forwardPath().toString(),
                    rcpt.parameters().originalRecipient(),
                    rcpt.parameters().notifyOn()));
        }
        return recipients;
    }

    /** A record with as much content as ingest accepts beside these recipients, or less. */
    private static MailRecord accepted(List<Recipient> recipients, Random random) {
        var envelope = Envelopes.of(START, 0, recipients.toArray(Recipient[]::new));
        int room = BUDGET.first()
                - RecordSize.octets(new MailRecord(envelope, new byte[0]).to(Topics.OUTBOUND, "example.com"));
        assertThat(room).as("what the budget leaves for the content").isGreaterThan(BUDGET.content() - 4096);
        int length = Math.min(room, BUDGET.content());
        return new MailRecord(envelope, new byte[random.nextBoolean() ? length : random.nextInt(length)]);
    }

    private static List<RecipientResult> results(MailRecord mail, String kind, Random random) {
        boolean each = random.nextBoolean();
        var said = reply(kind, random);
        var results = new ArrayList<RecipientResult>();
        for (var recipient : mail.envelope().recipients()) {
            results.add(new RecipientResult.NotDelivered(
                    recipient, new Cause.Replied(MX, "RCPT TO", each ? reply(kind, random) : said, CLEAR)));
        }
        return results;
    }

    /** Any reply that the parser accepts. */
    private static Reply reply(String kind, Random random) {
        var parser = new ReplyParser();
        var character = List.of("n", "\"", "\\", "ä", "\ud83d\ude00", "\u0001").get(random.nextInt(6));
        int lines = random.nextInt(4) == 0 ? 1 + random.nextInt(127) : 1;
        int length = random.nextInt(2000) / character.length();
        for (int i = 0; i < lines; i++) {
            parser.accept(kind + "50-" + kind + ".1.1 " + character.repeat(length));
        }
        var step = (ReplyParser.Complete) parser.accept(kind + "50 " + kind + ".1.1 the end");
        return step.reply().shortened();
    }

    private Command command(String line) {
        byte[] octets = line.getBytes(StandardCharsets.UTF_8);
        return parser.parse(octets, 0, octets.length);
    }

    private SmtpSession session() {
        var limits = new SessionLimits(
                "mx.milena.test",
                1_000_000,
                1000,
                BUDGET.envelope(),
                20,
                30,
                Duration.ofHours(72),
                SessionLimits.StartTls.ANNOUNCED,
                false,
                SaslExchange.ALL);
        var anybody = new SessionPolicy() {
            @Override
            public Optional<Reply> refuses(Identity identity, InetAddress address) {
                return Optional.empty();
            }

            @Override
            public Optional<Reply> refuses(Identity identity, ReversePath reversePath) {
                return Optional.empty();
            }

            @Override
            public boolean issuesReturnAddresses() {
                return false;
            }

            @Override
            public Optional<String> accountOfReturnAddress(Mailbox forwardPath) {
                return Optional.empty();
            }
        };
        return new SmtpSession(
                limits,
                anybody,
                InstantSource.fixed(START),
                () -> "nonce",
                InetAddress.getLoopbackAddress(),
                Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        var consumed = new ConsumerRecord<>(record.topic(), 0, 0L, record.key(), record.value());
        record.headers().forEach(header -> consumed.headers().add(header));
        return consumed;
    }
}
