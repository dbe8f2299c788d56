package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.milena.mail.DkimJudge.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our signatures hold before verifiers that others wrote. */
class DkimJudgesTest {
    private static final KeyPair RSA = pair("RSA");
    private static final KeyPair ED25519 = pair("Ed25519");
    private static final Map<String, DkimSigner> SIGNERS = Map.of(
            "rsa-sha256",
            new DkimSigner("example.org", "r", RSA.getPrivate()),
            "ed25519-sha256",
            new DkimSigner("example.org", "e", ED25519.getPrivate()));
    private static final Map<String, String> KEY_RECORDS = Map.of(
            "r._domainkey.example.org", record(RSA, "rsa"),
            "e._domainkey.example.org", record(ED25519, "ed25519"));
    private static final String FIELDS = "From: Ann <ann@example.org>\r\nTo: bob@example.com\r\nSubject: Signed\r\n"
            + "Date: Tue, 24 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n";
    private static final String BODY = "Hello Bob,\r\n\r\nthis is signed.\r\n";

    @TempDir
    Path directory;

    /** A message and what is peculiar about it. */
    private record Message(String peculiarity, String header, String body) {
        @Override
        public String toString() {
            return peculiarity;
        }
    }

    private static final List<Message> MESSAGES = List.of(
            new Message("nothing peculiar", FIELDS, BODY),
            new Message("no body", FIELDS, ""),
            new Message("one empty line", FIELDS, "\r\n"),
            new Message("nothing but white space", FIELDS, " \t \r\n\t\r\n\r\n"),
            new Message("empty lines at the end", FIELDS, BODY + "\r\n\r\n \r\n\r\n"),
            new Message("empty lines at the beginning", FIELDS, "\r\n\r\n" + BODY),
            new Message("runs of white space", FIELDS, "a  b\t\tc \t d \t \r\n  e\t\r\n \r\nf\r\n"),
            new Message("dots", FIELDS, ".\r\n..\r\n.dot\r\n"),
            new Message("long lines", FIELDS, ("x ".repeat(5000) + "\r\n").repeat(3)),
            new Message("8-bit body", FIELDS, octets("Grüße, 日本語\r\n") + "\u0080\u00a0\u00ff\r\n"),
            new Message("8-bit header", FIELDS.replace("Ann <", octets("Änne Größe <")), BODY),
            new Message(
                    "folded fields",
                    FIELDS.replace("Subject: Signed", "Subject:\r\n folded \r\n\tand  folded\t \r\n again")
                            .replace("To: bob@example.com", "To: bob@example.com,\r\n\t carol@example.com  "),
                    BODY),
            new Message(
                    "names in any case", FIELDS.replace("Subject: ", "sUBJECT:").replace("From: ", "FROM:   "), BODY),
            new Message("an empty field", FIELDS + "Cc:\r\nReply-To: \r\n", BODY),
            new Message(
                    "fields that are repeated",
                    "References: <third@x>\r\nTo: third@example.com\r\n" + FIELDS
                            + "Subject: the lowest\r\nReferences: <second@x>\r\nReferences: <first@x>\r\n",
                    BODY),
            new Message(
                    "fields that are not signed",
                    "Received: by x\r\nX-Mailer: y\r\n" + FIELDS
                            + "DKIM-Signature: v=1; a=rsa-sha256; d=other.example; s=x;\r\n"
                            + " c=relaxed/relaxed; h=from; bh=AAAA; b=AAAA\r\n",
                    BODY),
            new Message(
                    "every field that is signed",
                    FIELDS
                            + "Cc: c@example.com\r\nReply-To: r@example.org\r\nSender: s@example.org\r\nIn-Reply-To: <0@x>\r\n"
                            + "References: <0@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
                            + "Content-Transfer-Encoding: 8bit\r\nContent-ID: <c@x>\r\nContent-Description: d\r\nList-Id: <l.example.org>\r\n"
                            + "List-Unsubscribe: <https://example.org/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                            + "List-Help: <https://example.org/h>\r\nList-Archive: <https://example.org/a>\r\n"
                            + "List-Post: NO\r\n",
                    BODY));

    static Stream<Arguments> judges() {
        return Arrays.stream(DkimJudge.values())
                .flatMap(judge -> SIGNERS.keySet().stream().map(algorithm -> Arguments.of(judge, algorithm)));
    }

    @ParameterizedTest
    @MethodSource("judges")
    void signaturesHoldBeforeOthers(DkimJudge judge, String algorithm) throws Exception {
        assumeJudges(judge, algorithm);
        for (var message : MESSAGES) {
            var signed = signed(algorithm, message);
            assertThat(judge(judge, signed)).as("%s%n%s", message, signed).isEqualTo(Verdict.HOLDS);
        }
    }

    @ParameterizedTest
    @MethodSource("judges")
    void aChangeOnTheWayIsSeenByOthers(DkimJudge judge, String algorithm) throws Exception {
        assumeJudges(judge, algorithm);
        var signed = signed(algorithm, MESSAGES.getFirst());

        for (var changed : List.of(
                signed.replace("Subject: Signed", "Subject: Forged"),
                signed.replace("Hello Bob", "Hello Eve"),
                // Oversigned fields cannot be added.
                signed.replace("From: Ann", "From: Eve <eve@example.net>\r\nFrom: Ann"),
                signed.replace("\r\n\r\nHello", "\r\nReply-To: eve@example.net\r\n\r\nHello"),
                signed.replace("\r\n\r\nHello", "\r\nContent-Type: text/html\r\n\r\nHello"))) {
            assertThat(changed).isNotEqualTo(signed);
            assertThat(judge(judge, changed)).as(changed).isEqualTo(Verdict.BROKEN);
        }
        assertThat(judge(judge, signed.replace("From: Ann", "X-Not-Signed: 1\r\nFrom: Ann")))
                .isEqualTo(Verdict.HOLDS);
    }

    private void assumeJudges(DkimJudge judge, String algorithm) throws Exception {
        assumeTrue(judge.isInstalled(), judge.title() + " is not installed: it has not judged our signatures");
        assumeTrue(
                judge(judge, signed(algorithm, MESSAGES.getFirst())) != Verdict.UNKNOWN_ALGORITHM,
                judge.title() + " does not know " + algorithm + " in this release: it has not judged those signatures");
    }

    private Verdict judge(DkimJudge judge, String message) throws IOException {
        return judge.judge(directory, KEY_RECORDS, message);
    }

    private static String signed(String algorithm, Message message) throws GeneralSecurityException {
        var hash = new RelaxedBodyHash();
        byte[] body = message.body().getBytes(StandardCharsets.ISO_8859_1);
        hash.update(body, 0, body.length);
        byte[] header = message.header().getBytes(StandardCharsets.ISO_8859_1);
        var field = SIGNERS.get(algorithm)
                .sign(
                        SignedHeader.of(HeaderField.parse(header, header.length)),
                        hash.finish(),
                        // Not in the future of the judge's clock.
                        Instant.now());
        return field + message.header() + "\r\n" + message.body();
    }

    private static KeyPair pair(String algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // RFC 6376 §3.6.1, RFC 8463 §4.2: the last 32 octets of the encoded key are the key itself.
    private static String record(KeyPair pair, String algorithm) {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] published =
                algorithm.equals("rsa") ? encoded : Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return "v=DKIM1; k=" + algorithm + "; p=" + Base64.getEncoder().encodeToString(published);
    }

    /** Octets of UTF-8, a char each. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
