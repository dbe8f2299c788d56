package io.milena.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.mail.HeaderField;
import io.milena.smtp.Replies;
import io.milena.topics.Directory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderPolicyTest {
    private final SenderPolicy policy = new SenderPolicy(
            id -> Optional.of(new Directory.Account(
                    id,
                    id,
                    "active",
                    id.equals("careful"),
                    id.equals("named"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty())),
            name -> switch (name) {
                case "own.example" -> Optional.of(new Directory.Domain(name, "careful", true));
                case "theirs.own.example" -> Optional.of(new Directory.Domain(name, "another", true));
                default -> Optional.empty();
            });

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "From: a@own.example~ | none",
                "From: a@x.y.own.example, b@OWN.example~Sender: c@own.example~ | none",
                "From: a@theirs.own.example~ | From or Sender",
                "From: a@xown.example~ | From or Sender",
                "From: a@own.example, b@example.org~ | From or Sender",
                "From: a@own.example~Sender: b@example.org~ | From or Sender",
                "From: a@own.example~Sender: nobody~ | From or Sender",
                "From: a@[127.0.0.1]~ | From or Sender",
                "From: a@own.example~From: a@own.example~ | There is not one From",
                "From: a@own.example <~ | There is not one From",
                "From: a@own.example, nobody~ | There is not one From",
                "From: group:;~ | There is not one From",
                "Subject: x~ | There is not one From",
            })
    void whoseNameAHeaderSectionUses(String fields, String refusal) {
        var refused = policy.refuses("careful", fields(fields));
        assertThat(refused.isPresent()).isEqualTo(refusal != null);
        refused.ifPresent(reply -> assertThat(reply.toString()).contains(refusal));
        assertThat(policy.refuses("careless", fields(fields))).isEmpty();
    }

    @Test
    void theLoginIsNamedWhereItIsNotTheAuthor() {
        var fields = fields("From: boss@example.com~");
        assertThat(policy.sender("named", "ann@example.com", fields).orElseThrow())
                .hasToString("ann@example.com");
        assertThat(policy.sender("named", "Boss@example.com", fields)).isEmpty();
        assertThat(policy.sender("named", "apikey", fields)).isEmpty();
        assertThat(policy.sender("other", "ann@example.com", fields)).isEmpty();
    }

    @Test
    void theTextsEndWithTheKeyOfTheRule() {
        assertThat(Replies.FROM_NOT_VERIFIED.toString()).endsWith(" [sender-domain]");
    }

    private static List<HeaderField> fields(String text) {
        var octets = text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return HeaderField.parse(octets, octets.length);
    }
}
