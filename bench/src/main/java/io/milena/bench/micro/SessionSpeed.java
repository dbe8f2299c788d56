package io.milena.bench.micro;

import io.milena.mail.HeaderField;
import io.milena.smtp.Command;
import io.milena.smtp.CommandParser;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Work for each command and each message, in microseconds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SessionSpeed {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final byte[] MAIL = octets("MAIL FROM:<orders@shop.example> SIZE=2048 BODY=8BITMIME");
    private static final byte[] RCPT = octets("RCPT TO:<anna.berg+news@mail.example> NOTIFY=FAILURE");
    private static final byte[] HEADER = octets("""
            From: "The shop" <orders@shop.example>
            To: Anna <anna.berg@mail.example>
            Subject: Your order 4711 has left our house
            Date: Tue, 24 Nov 2026 00:00:00 +0000
            Message-ID: <4711@shop.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            """);

    private final CommandParser parser = new CommandParser("mx.milena.example");
    private final byte[] content = SomeContent.TEXT.octets(2000);
    private MailRecord mail;
    private ConsumerRecord<byte[], byte[]> read;

    @Setup
    public void prepare() {
        mail = new MailRecord(
                Envelope.ofPlatform(
                        "01KBXC3QG4Z5M1T8",
                        "anna.berg@mail.example",
                        NOW,
                        Duration.ofDays(3),
                        ContentShape.plain(0, content.length)),
                content);
        var written = write();
        read = new ConsumerRecord<>(
                written.topic(),
                0,
                0,
                NOW.toEpochMilli(),
                TimestampType.CREATE_TIME,
                written.key().length,
                written.value().length,
                written.key(),
                written.value(),
                written.headers(),
                Optional.empty());
    }

    @Benchmark
    public Command parseMail() {
        return parser.parse(MAIL, 0, MAIL.length);
    }

    @Benchmark
    public Command parseRcpt() {
        return parser.parse(RCPT, 0, RCPT.length);
    }

    @Benchmark
    public List<HeaderField> parseHeader() {
        return HeaderField.parse(HEADER, HEADER.length);
    }

    @Benchmark
    public ProducerRecord<byte[], byte[]> write() {
        return mail.to("mail.outbound", "mail.example");
    }

    @Benchmark
    public MailRecord read() {
        return MailRecord.from(read);
    }

    private static byte[] octets(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
