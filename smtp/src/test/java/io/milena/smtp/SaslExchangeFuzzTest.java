package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Input that a client sends after AUTH: each line of the input is one response, the first one the mechanism and its
 * initial response.
 */
class SaslExchangeFuzzTest {
    private static final SecureChannel CHANNEL = new SecureChannel() {
        @Override
        public Optional<byte[]> data(String type) {
            return type.equals("tls-exporter") ? Optional.of(new byte[] {1, 2, 3}) : Optional.empty();
        }

        @Override
        public Optional<String> clientCertificate() {
            return Optional.of("0123abcd");
        }
    };

    private static final SaslExchange.Means MEANS =
            new SaslExchange.Means(SaslExchange.ALL, Optional.of(CHANNEL), () -> "nonce");

    private static Optional<SaslExchange.Turn> begin(String mechanism, Optional<String> initial) {
        return SaslExchange.begin(mechanism, initial, MEANS);
    }

    @FuzzTest
    void anExchangeEndsWithinThreeResponsesWhateverTheyAre(byte[] input) {
        var lines = new String(input, StandardCharsets.UTF_8).split("\n", -1);
        int space = lines[0].indexOf(' ');
        var mechanism = space < 0 ? lines[0] : lines[0].substring(0, space);
        Optional<String> initial = space < 0 ? Optional.empty() : Optional.of(lines[0].substring(space + 1));
        var turn = begin(mechanism, initial).orElse(null);
        assertThat(turn == null).isEqualTo(!MEANS.offered().contains(mechanism));
        int challenges = 0;
        var last = initial.orElse("");
        for (int i = 1;
                turn instanceof SaslExchange.Turn.Challenge || turn instanceof SaslExchange.Turn.NeedsSalt;
                i++) {
            if (turn instanceof SaslExchange.Turn.NeedsSalt(var opened)) {
                assertThat(opened.username()).isNotEmpty();
                turn = opened.salted(new Salt("c2FsdA==", 4096));
            }
            var challenge = (SaslExchange.Turn.Challenge) turn;
            var next = challenge.next();
            var reply = challenge.reply();
            assertThat(reply.code()).isEqualTo(334);
            WellFormed.assertReply(reply);
            assertThat(++challenges).isLessThanOrEqualTo(2);
            var line = i < lines.length ? lines[i] : "*";
            turn = next.respond(line);
            last = line;
            assertThat(next.respond(line)).as("an exchange is a value").isEqualTo(turn);
            if (line.equals("*")) {
                assertThat(turn).isEqualTo(new SaslExchange.Turn.Refused(Replies.AUTH_CANCELLED));
            }
        }
        switch (turn) {
            case SaslExchange.Turn.Presented(Credentials.ScramProof proof) -> {
                var said = new String(Base64.getDecoder().decode(last), StandardCharsets.UTF_8);
                assertThat(proof.authMessage() + ",p=" + proof.proof()).endsWith("," + said);
                assertThat(turn.toString()).doesNotContain(proof.proof());
            }
            case SaslExchange.Turn.Presented(Credentials.Certificate(var fingerprint)) -> {
                assertThat(mechanism).isEqualTo("EXTERNAL");
                assertThat(fingerprint).isEqualTo("0123abcd");
                assertThat(last).isIn("", "=");
            }
            case SaslExchange.Turn.Presented(Credentials.Bearer bearer) -> {
                var said = new String(Base64.getDecoder().decode(last), StandardCharsets.UTF_8);
                assertThat(said).contains(bearer.token()).endsWith("\u0001\u0001");
                assertThat(bearer.username()).isNotEmpty();
                assertThat(turn.toString()).doesNotContain("token=").doesNotContain("Bearer " + bearer.token());
            }
            case SaslExchange.Turn.Presented(Credentials.Password(var username, var secret)) -> {
                assertThat(username).isNotEmpty();
                assertThat(secret).isNotEmpty();
                var said = new String(Base64.getDecoder().decode(last), StandardCharsets.UTF_8);
                if (mechanism.equals("PLAIN")) {
                    assertThat(said).isIn("\0" + username + "\0" + secret, username + "\0" + username + "\0" + secret);
                } else {
                    assertThat(said).isEqualTo(secret);
                }
                assertThat(turn.toString()).isEqualTo("Presented[credentials=Password[username=" + username + "]]");
                // PLAIN gives equal credentials in one line, unless LOGIN let a NUL through, which PLAIN cannot
                // express.
                if ((username + secret).indexOf('\0') < 0) {
                    var plain = Base64.getEncoder()
                            .encodeToString(("\0" + username + "\0" + secret).getBytes(StandardCharsets.UTF_8));
                    assertThat(begin("PLAIN", Optional.of(plain))).contains(turn);
                }
            }
            case SaslExchange.Turn.Refused(var reply) -> {
                assertThat(reply.permanentFailure()).isTrue();
                WellFormed.assertReply(reply);
            }
            case SaslExchange.Turn.Challenge c -> throw new AssertionError(c);
            case SaslExchange.Turn.NeedsSalt s -> throw new AssertionError(s);
            case SaslExchange.Turn.Success s -> throw new AssertionError(s);
            case null -> {}
        }
    }
}
