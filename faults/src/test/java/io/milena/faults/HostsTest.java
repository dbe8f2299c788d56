package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.testing.Transcript;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostsTest {
    private static final String FROM = "app@" + Hosts.SENDER_DOMAIN;
    private static final String TO = "m1@" + Hosts.domain(1);
    private static final String CONTENT = "Subject: m1\r\n\r\nText.\r\n" + Load.LAST_LINE;

    private final Ledger ledger = new Ledger();
    private Hosts hosts;

    @BeforeEach
    void open() throws IOException {
        hosts = Hosts.open(ledger);
    }

    @AfterEach
    void close() throws IOException {
        hosts.close();
    }

    @Test
    void acknowledgedMailIsNoted() throws IOException {
        assertThat(send(FROM, TO, CONTENT)).startsWith("250");

        assertThat(arrivals()).singleElement().satisfies(arrival -> {
            assertThat(arrival.recipient()).isEqualTo(TO);
            assertThat(arrival.acknowledged()).isTrue();
            assertThat(arrival.whole()).isTrue();
        });
        assertThat(hosts.inTransaction()).isZero();
    }

    @Test
    void mailWithoutItsEndIsNotedAsSuch() throws IOException {
        send(FROM, TO, "Subject: m1\r\n\r\nText.\r\n");

        assertThat(arrivals()).singleElement().matches(arrival -> !arrival.whole());
    }

    @Test
    void anAddressAsksForARefusalAlwaysAndForADeferralOnce() throws IOException {
        assertThat(send(FROM, "550+" + TO, CONTENT)).startsWith("550");
        assertThat(send(FROM, "550+" + TO, CONTENT)).startsWith("550");
        assertThat(send(FROM, "451-once+" + TO, CONTENT)).startsWith("451");
        assertThat(send(FROM, "451-once+" + TO, CONTENT)).startsWith("250");
        assertThatThrownBy(() -> send(FROM, "drop-after-dot-once+" + TO, CONTENT))
                .isInstanceOf(EOFException.class);
        assertThat(send(FROM, "drop-after-dot-once+" + TO, CONTENT)).startsWith("250");

        assertThat(arrivals()).hasSize(2);
    }

    @Test
    void aHostThatKeepsMailWithoutAReplyNotesThat() throws IOException {
        hosts.become(Mood.KEEPS_WITHOUT_REPLY);

        assertThatThrownBy(() -> send(FROM, TO, CONTENT)).isInstanceOf(EOFException.class);
        assertThat(send(FROM, TO, CONTENT)).startsWith("250");

        assertThat(arrivals()).extracting(Arrival::acknowledged).containsExactlyInAnyOrder(false, true);
    }

    @Test
    void aHostThatHangsUpBehindTheDotKeepsNothing() throws IOException {
        hosts.become(Mood.DROPS_AFTER_DOT);

        assertThatThrownBy(() -> send(FROM, TO, CONTENT)).isInstanceOf(EOFException.class);

        assertThat(arrivals()).isEmpty();
    }

    @Test
    void aReportIsReadWithEachFailedRecipient() throws IOException {
        send("", FROM, """
                Content-Type: multipart/report

                Reporting-MTA: dns; mta.faults.test

                Original-Recipient: rfc822;550+m1@d1.faults.test
                Final-Recipient: rfc822;
                 550+m1@d1.faults.test
                Action: failed
                Status: 5.1.1

                Final-Recipient: rfc822; m2@d1.faults.test
                Action: delayed

                Final-Recipient: rfc822; m3@d1.faults.test
                Action: failed
                """.replace("\n", "\r\n"));

        assertThat(ledger.evidence(List.of()).notices())
                .extracting(Notice::recipient)
                .containsExactlyInAnyOrder("550+m1@d1.faults.test", "m3@d1.faults.test");
        assertThat(arrivals()).isEmpty();
    }

    private List<Arrival> arrivals() {
        return ledger.evidence(List.of()).arrivals();
    }

    /** The reply to the first command that is not accepted, or to the content. */
    private String send(String from, String to, String content) throws IOException {
        int port = Integer.parseInt(hosts.settings().get("milena.delivery.remote-port"));
        try (var socket = new Socket("127.0.3.2", port)) {
            socket.setSoTimeout(10_000);
            var wire = new Transcript(socket);
            wire.readLine();
            for (var line : List.of("MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA")) {
                wire.write(line + "\r\n");
                wire.flush();
                var reply = wire.readLine();
                if (!reply.startsWith("2") && !reply.startsWith("3")) {
                    return reply;
                }
            }
            wire.writeContent(content.getBytes(StandardCharsets.ISO_8859_1));
            wire.flush();
            return wire.readLine();
        }
    }
}
