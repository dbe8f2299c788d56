package io.milena.ingest;

import static io.milena.ingest.RunningListener.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.transcript.Transcript;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.mail.HeaderScanner;
import io.milena.smtp.Replies;
import io.milena.topics.Topics;
import io.milena.topics.kafka.RecordBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private static final String TO_CONTENT = """
            S: 220 *
            C: EHLO client.example
            S... 250 *
            C: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=
            S: 235 *
            C: MAIL FROM:<a@example.com>
            S: 250 *
            C: RCPT TO:<b@example.org>
            S: 250 *
            C: DATA
            S: 354 *
            """;

    private RunningListener running;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        running = new RunningListener();
    }

    @AfterEach
    void stop() throws InterruptedException {
        running.close();
    }

    private static void play(TranscriptPlayer client, String script) throws IOException {
        client.play(Transcript.parse("", script));
    }

    private static void goOn(TranscriptPlayer client, String script) throws IOException {
        client.goOn(Transcript.parse("", script));
    }

    private static void say(TranscriptPlayer client, String line) throws IOException {
        client.send((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean silent(TranscriptPlayer client) {
        try {
            return client.silent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsPromisedBeforeTheBrokerHasIt() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\nhello\\r\\n.\\r\\n");
            await(() -> running.producer.history().size() == 1);
            assertThat(client.silent()).isTrue();
            running.producer.completeNext();
            goOn(client, "S: 250 2.0.0 Ok: queued as *");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void whatTheBrokerNeverTakesIsNoTransientFault() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\nhello\\r\\n.\\r\\nNOOP\\r\\n");
            await(() -> running.producer.errorNext(new RecordTooLargeException("1048577 octets")));
            goOn(client, "S: 552 5.3.4 *\nS: 250 2.0.0 Ok");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void whereTopicsTakeLessRecipientsAndHeaderSectionShareIt() throws Exception {
        var records = RecordBudget.of(128 * 1024, HeaderScanner.MAX_OCTETS, RunningListener.INLINE_LIMIT);
        try (var small = new RunningListener(Duration.ofMinutes(5), records);
                var client = small.client()) {
            play(client, """
                    S: 220 *
                    C: EHLO client.example
                    S... 250 *
                    C: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=
                    S: 235 *
                    C: MAIL FROM:<a@example.com>
                    S: 250 *
                    """);
            int taken = 0;
            for (int i = 0; i < 100; i++) {
                say(client, "RCPT TO:<b" + i + "@example.org> ORCPT=rfc822;" + "+22".repeat(160));
                var reply = client.line();
                if (reply.startsWith("250 ")) {
                    taken++;
                } else {
                    assertThat(reply).startsWith("452 4.5.3 ");
                }
            }
            assertThat(taken).isBetween(90, 97);
            goOn(client, "C: DATA\nS: 354 *");
            say(client, "From: a@bc\r\nSubject: " + "x".repeat(500));
            for (int i = 0; i < 120; i++) {
                say(client, " " + "x".repeat(500));
            }
            say(client, "\r\n.");
            assertThat(client.line()).startsWith("552 5.3.4 ").endsWith("[record-too-large]");
            assertThat(small.producer.history()).isEmpty();
            assertThat(small.budget.used()).isZero();
        }
    }

    @Test
    void aWriteThatFailsIsTransientAndTheSessionGoesOn() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\nhello\\r\\n.\\r\\nNOOP\\r\\n");
            await(() -> running.producer.errorNext(new TimeoutException("too late")));
            goOn(client, "S: 451 4.3.0 It is not known whether *[perhaps-stored]\nS: 250 2.0.0 Ok");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void aLargeBodyGoesInChunksWhileItArrives() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n\\{65536*x}");
            await(() -> running.producer.history().size() == 1);
            assertThat(running.producer.history().getFirst().topic()).isEqualTo(Topics.BODIES);
            running.producer.completeNext();
            goOn(client, "C! \\{100*y}\\r\\n.\\r\\n");
            await(() -> running.producer.history().size() == 2);
            running.producer.completeNext();
            await(() -> running.producer.history().size() == 3);
            assertThat(running.producer.history().get(2).topic()).isEqualTo(Topics.OUTBOUND);
            assertThat(new String(running.producer.history().get(2).value(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("xyz", "yyy");
            running.producer.completeNext();
            goOn(client, "S: 250 2.0.0 Ok: queued as *");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void aBodyForManyDomainsIsWrittenOnceByItself() throws Exception {
        try (var client = running.client()) {
            var recipients = IntStream.range(0, 50)
                    .mapToObj(i -> "C: RCPT TO:<b@d" + i + ".example>\nS: 250 *\n")
                    .collect(Collectors.joining());
            play(client, TO_CONTENT.replace("C: DATA\n", recipients + "C: DATA\n"));
            goOn(client, "C! From: a@bc\\r\\n\\r\\n\\{30000*x}\\r\\n.\\r\\n");
            await(running.producer::completeNext);
            await(running.producer::completeNext);
            goOn(client, "S: 250 2.0.0 Ok: queued as *");
            assertThat(running.producer.history())
                    .extracting(ProducerRecord::topic)
                    .containsExactly(Topics.BODIES, Topics.ACCEPTED);
            assertThat(running.producer.history().getLast().value()).hasSizeLessThan(1000);
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void chunksOfAMessageThatIsGivenUpHoldNoMemory() throws Exception {
        var toChunks = TO_CONTENT.replace("C: DATA\nS: 354 *\n", "");
        try (var client = running.client()) {
            play(client, toChunks);
            goOn(client, "C! BDAT 1000\\r\\nFrom: a@bc\\r\\n\\r\\n\\{986*x}\nS: 250 *");
            assertThat(running.budget.used()).isEqualTo(1000);
            goOn(client, "C: RSET\nS: 250 *");
            assertThat(running.budget.used()).isZero();
        }
        try (var client = running.client()) {
            play(client, toChunks);
            goOn(client, "C! BDAT 1000\\r\\nFrom: a@bc\\r\\n\\r\\n\\{986*x}\nS: 250 *");
            assertThat(running.budget.used()).isEqualTo(1000);
        }
        await(() -> running.budget.used() == 0);
        assertThat(running.producer.history()).isEmpty();
    }

    @Test
    void aChunkOfTheClientsThatFindsNoMemoryIsReadPast() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT.replace("C: DATA\nS: 354 *\n", ""));
            running.budget.take(256 * 1024);
            goOn(client, "C! BDAT 6 LAST\\r\\nQUIT\\r\\n\nS: 452 4.3.1 *\nC: NOOP\nS: 250 2.0.0 Ok");
        }
    }

    @Test
    void aChunkThatFailsIsTransient() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n\\{70000*x}");
            await(() -> running.producer.errorNext(new TimeoutException("too late")));
            goOn(client, "C! \\{70000*y}\\r\\n.\\r\\nNOOP\\r\\n");
            // The event loop may read on before it hears of the failure, and send a second chunk: that one is to fail
            // as well.
            await(() -> {
                running.producer.errorNext(new TimeoutException("too late"));
                return !silent(client);
            });
            goOn(client, "S: 451 4.3.0 The message could not be stored*\nS: 250 2.0.0 Ok");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void newMessagesWaitWhileMemoryIsUsedUp() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT.replace("C: DATA\nS: 354 *\n", ""));
            running.budget.take(256 * 1024);
            goOn(client, "C: DATA\nS: 452 4.3.1 *\nC: NOOP\nS: 250 2.0.0 Ok");
            running.budget.release(256 * 1024);
        }
    }

    @Test
    void aLargeEnvelopeTakesMemoryAndDoesNotGrowWhileThereIsNone() throws Exception {
        var recipients = IntStream.range(0, 90)
                .mapToObj(i -> "C: RCPT TO:<" + "r".repeat(50) + i + "@example.org>\nS: 250 *\n")
                .collect(Collectors.joining());
        try (var client = running.client()) {
            play(client, TO_CONTENT.replace("C: DATA\nS: 354 *\n", recipients));
            assertThat(running.budget.used()).isBetween(10_000L, 200_000L);
            running.budget.take(256 * 1024);
            goOn(client, "C: RCPT TO:<one.more@example.org>\nS: 452 4.3.1 *\nC: RSET\nS: 250 *");
            assertThat(running.budget.used()).isEqualTo(256 * 1024);
            goOn(client, "C: MAIL FROM:<a@example.com>\nS: 250 *\nC: RCPT TO:<one@example.org>\nS: 250 *");
            running.budget.release(256 * 1024);
        }
    }

    @Test
    void commandsThatWaitForAReplyTakeMemory() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n.\\r\\n" + "NOOP\\r\\n".repeat(10_000));
            await(() -> running.budget.used() > 50_000);
        }
        await(running.producer::completeNext);
        await(() -> running.budget.used() == 0);
    }

    @Test
    void aMessageUnderWayIsReadOnWhenMemoryComesFree() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            running.budget.take(256 * 1024);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n\\{100*x}");
            goOn(client, "C! \\r\\n.\\r\\n");
            running.budget.release(256 * 1024);
            await(() -> running.producer.history().size() == 1);
            running.producer.completeNext();
            goOn(client, "S: 250 2.0.0 Ok: queued as *");
        }
    }

    @Test
    void aClientThatGoesGivesItsMemoryBack() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n\\{10000*x}");
            await(() -> running.budget.used() >= 10_000);
        }
        await(() -> running.budget.used() == 0);
        assertThat(running.producer.history()).isEmpty();
    }

    @Test
    void aSuspensionCountsInAnOpenSession() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            running.refusal = Optional.of(Replies.ACCOUNT_SUSPENDED);
            goOn(client, "C! From: a@bc\\r\\n\\r\\n.\\r\\n");
            await(() -> running.producer.completeNext());
            goOn(client, "S: 250 *\nC: MAIL FROM:<a@example.com>\nS: 550 5.7.1 *");
        }
    }

    @Test
    void loginsThatAreKnownGoOnWhileAuthServiceIsAway() throws Exception {
        try (var client = running.client()) {
            play(client, "S: 220 *\nC: EHLO c\nS... 250 *\nC: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=\nS: 235 *");
        }
        running.authService.close();
        try (var client = running.client()) {
            play(client, """
                    S: 220 *
                    C: EHLO c
                    S... 250 *
                    C: AUTH PLAIN AG90aGVyAHNlY3JldA==
                    S: 454 4.7.0 *
                    C: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=
                    S: 235 *
                    """);
        }
        running.logins.revoke("c1");
        try (var client = running.client()) {
            play(client, "S: 220 *\nC: EHLO c\nS... 250 *\nC: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=\nS: 454 4.7.0 *");
        }
    }

    @Test
    void oneConnectionTooManyFromAnAddressIsTold() throws Exception {
        try (var first = running.client();
                var second = running.client();
                var third = running.client();
                var fourth = running.client()) {
            play(first, "S: 220 *");
            play(second, "S: 220 *");
            play(third, "S: 220 *");
            play(fourth, "S: 421 4.7.0 *\n@closed");
            goOn(third, "C: QUIT\nS: 221 *\n@closed");
        }
        await(() -> running.metrics.sessions() == 0);
        try (var again = running.client()) {
            play(again, "S: 220 *");
        }
    }

    @Test
    void atShutdownTransactionsUnderWayFinishAndTheRestIsToldToGo() throws Exception {
        try (var idle = running.client();
                var busy = running.client()) {
            play(idle, "S: 220 *");
            play(busy, TO_CONTENT);
            goOn(busy, "C! From: a@bc\\r\\n\\r\\n.\\r\\n");
            await(() -> running.producer.history().size() == 1);
            running.listener.onEventLoop(running.listener::shutDown);
            goOn(idle, "S: 421 4.3.2 *\n@closed");
            try (var late = running.client()) {
                play(late, "S: 421 4.3.2 *\n@closed");
            }
            running.producer.completeNext();
            goOn(busy, "S: 250 2.0.0 Ok: queued as *\nS: 421 4.3.2 *\n@closed");
        }
        await(() -> running.metrics.sessions() == 0);
    }

    @Test
    void aCommandThatComesOctetByOctetHasNoMoreTimeThanAnother() throws Exception {
        try (var impatient = new RunningListener(Duration.ofSeconds(1));
                var client = impatient.client()) {
            play(client, "S: 220 *");
            int sent = 0;
            while (client.silent() && sent < 500) {
                goOn(client, "C! N");
                // Never silent for the second that is allowed.
                TimeUnit.MILLISECONDS.sleep(20);
                sent++;
            }
            goOn(client, "S: 421 4.4.2 *");
        }
    }

    @Test
    void aClientThatClosesItsSideBehindQuitHearsWhatBecameOfItsMessage() throws Exception {
        try (var socket = new Socket("127.0.0.1", running.port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("EHLO client.example\r\nAUTH PLAIN AGFwaWtleQBzZWNyZXQ=\r\nMAIL FROM:<a@example.com>\r\n"
                                    + "RCPT TO:<b@example.org>\r\nBDAT 17 LAST\r\nFrom: a@bc\r\n\r\nabcQUIT\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            await(() -> running.producer.history().size() == 1);
            running.producer.completeNext();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("250 2.0.0 Ok: queued as ")
                    .endsWith("221 2.0.0 Bye\r\n");
        }
    }

    @Test
    void aClientThatClosesItsSideWithNothingUnderWayIsLeft() throws Exception {
        try (var socket = new Socket("127.0.0.1", running.port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("EHLO client.example\r\nMAIL FR".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("250 ENHANCEDSTATUSCODES\r\n");
        }
    }

    @Test
    void aLargeMessageWhoseClientHasClosedItsSideIsReadToItsEnd() throws Exception {
        try (var socket = new Socket("127.0.0.1", running.port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("EHLO client.example\r\nAUTH PLAIN AGFwaWtleQBzZWNyZXQ=\r\nMAIL FROM:<a@example.com>\r\n"
                                    + "RCPT TO:<b@example.org>\r\nBDAT 400014 LAST\r\nFrom: a@bc\r\n\r\n"
                                    + "x".repeat(400_000)
                                    + "QUIT\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            // The broker lags: the socket is not read while two chunks are under way.
            await(() -> running.producer.history().size() == 2);
            var said = CompletableFuture.supplyAsync(() -> rest(socket));
            await(() -> {
                running.producer.completeNext();
                return said.isDone();
            });
            assertThat(said.join()).contains("250 2.0.0 Ok: queued as ").endsWith("221 2.0.0 Bye\r\n");
        }
    }

    private static String rest(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLineWithoutAnEndIsReadUpToABoundOnly() throws Exception {
        for (var beginning : new String[] {"", "AUTH PLAIN ", "BDAT "}) {
            try (var client = running.client()) {
                play(client, "S: 220 *\nC: EHLO c\nS... 250 *");
                client.send((beginning + "x".repeat(60_000)).getBytes(StandardCharsets.US_ASCII));
                assertThat(client.silent()).isTrue();
                client.send("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
                goOn(client, "S: 500 5.5.2 *\nS: 421 4.5.0 Closing the connection\n@closed");
            }
        }
    }

    @Test
    void contentWithoutAnEndIsReadUpToABoundOnly() throws Exception {
        try (var client = running.client()) {
            play(client, TO_CONTENT);
            var line = ("x".repeat(998) + "\r\n").repeat(1000).getBytes(StandardCharsets.US_ASCII);
            for (int sent = 0; sent < 62_000_000; sent += line.length) {
                client.send(line);
            }
            goOn(client, "S: 552 5.3.4 *\nS: 421 4.5.0 Closing the connection\n@closed");
        }
    }

    @Test
    void whoTalksInClearBehindStarttlsIsTold() throws Exception {
        try (var client = running.client()) {
            play(client, "S: 220 *\nC! STARTTLS\\r\\nNOOP\\r\\n\nS: 421 4.5.0 *\n@closed");
        }
    }

    private static final String TO_RETURN_ADDRESS = """
            C: MAIL FROM:<>
            S: 250 *
            C: RCPT TO:<b.x@return.test>
            S: 250 *
            """;

    @Test
    void aReturnAddressTakesOneMebibyteAtMost() throws Exception {
        try (var client = running.client()) {
            play(client, "S: 220 *\nC: EHLO c\nS... 250 *\nC: MAIL FROM:<> SIZE=1048577\nS: 552 5.3.4 *");
            goOn(client, TO_RETURN_ADDRESS + "C: DATA\nS: 354 *");
            client.send(
                    ("Subject: x\r\n\r\n" + "x".repeat(1_048_576) + "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
            goOn(client, "S: 552 5.3.4 *");
            goOn(client, TO_RETURN_ADDRESS + "C! BDAT 1048577 LAST\\r\\n\nS: 552 5.3.4 *\nS: 421 4.5.0 *\n@closed");
            assertThat(running.producer.history()).isEmpty();
        }
    }

    @Test
    void ofALargeReportTheBeginningIsKeptInItsRecord() throws Exception {
        try (var client = running.client()) {
            play(client, "S: 220 *\nC: EHLO c\nS... 250 *\n" + TO_RETURN_ADDRESS + "C: DATA\nS: 354 *");
            client.send(
                    ("Subject: x\r\n\r\n" + "x".repeat(1_000_000) + "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
            await(() -> running.producer.history().size() == 1);
            var record = running.producer.history().getFirst();
            assertThat(record.topic()).isEqualTo(Topics.RETURNED);
            assertThat(record.value()).hasSize(RunningListener.INLINE_LIMIT);
            running.producer.completeNext();
            goOn(client, "S: 250 2.0.0 Ok: queued as *");
            assertThat(running.budget.used()).isZero();
        }
    }

    @Test
    void aReturnAddressTakesSoManyMessagesAnHour() throws Exception {
        try (var client = running.client()) {
            play(client, "S: 220 *\nC: EHLO c\nS... 250 *");
            for (int i = 0; i < 2; i++) {
                goOn(client, TO_RETURN_ADDRESS + "C: DATA\nS: 354 *\nC! Subject: x\\r\\n\\r\\n.\\r\\n");
                await(() -> running.producer.completeNext());
                goOn(client, "S: 250 2.0.0 Ok: queued as *");
            }
            goOn(client, TO_RETURN_ADDRESS + "C: DATA\nS: 451 4.7.1 *");
            goOn(client, TO_RETURN_ADDRESS + "C! BDAT 5 LAST\\r\\nabc\\r\\n\nS: 451 4.7.1 *");
            goOn(client, TO_RETURN_ADDRESS.replace("b.x", "b.y") + "C: DATA\nS: 354 *");
        }
    }
}
