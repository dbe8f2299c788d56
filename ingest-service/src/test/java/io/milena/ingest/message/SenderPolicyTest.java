package io.milena.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.mail.HeaderField;
import io.milena.smtp.Mailbox;
import io.milena.smtp.Replies;
import io.milena.smtp.ReversePath;
import io.milena.topics.Directory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderPolicyTest {
    /** Has verified nothing, and may send from anything that nobody has. */
    private static final String OPEN = "open";

    private final SenderPolicy policy = new SenderPolicy(
            id -> id.equals("unheard") ? Optional.empty() : Optional.of(account(id)), name -> switch (name) {
                case "own.example" -> Optional.of(new Directory.Domain(name, "careful", true));
                case "theirs.own.example" -> Optional.of(new Directory.Domain(name, "another", true));
                case "pending.own.example", "pending.example" ->
                    Optional.of(new Directory.Domain(name, "another", false));
                default -> Optional.empty();
            });

    private static Directory.Account account(String id) {
        return new Directory.Account(
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
                Optional.empty(),
                List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "From: a@own.example~ | none",
                "From: a@x.y.own.example, b@OWN.example~Sender: c@own.example~ | none",
                "From: a@pending.own.example~ | none",
                "From: Team: a@own.example;~ | none",
                "From: a@theirs.own.example~ | From names theirs.own.example, which another",
                "From: a@pending.example~ | From names pending.example, which the account",
                "From: a@xown.example~ | From names xown.example, which the account",
                "From: a@own.example, b@example.org~ | From names example.org, which the account",
                "From: a@own.example~Sender: b@example.org~ | Sender names example.org",
                "From: a@own.example~Sender: nobody~ | Sender has an address that",
                "From: a@own.example~Resent-From: a@own.example~Resent-From: b@example.org~ | Resent-From names",
                "From: a@own.example~Resent-Sender: <@own.example:a@own.example>~ | Resent-Sender has an address that",
                "From: a@[127.0.0.1]~ | From names [127.0.0.1]",
                "From: a@own.example~From: a@own.example~ | There is not one From",
                "From: a@own.example <~ | There is not one From",
                "From: a@own.example, nobody~ | There is not one From",
                "From: group:;~ | There is not one From",
                "From: b@own.example: a@own.example;~ | There is not one From",
                "From: =?utf-7?q?b+AEA-example.org?= <a@own.example>~ | There is not one From",
                "Subject: x~ | There is not one From",
            })
    void anAccountWithVerifiedSendersOnlyHasVerifiedEachDomain(String fields, String refusal) {
        var refused = policy.refuses("careful", fields(fields));
        assertThat(refused.isPresent()).isEqualTo(refusal != null);
        refused.ifPresent(reply -> assertThat(reply.toString()).startsWith("550 5.7.1 " + refusal));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "Subject: x~ | none",
                "From: a@example.org~From: <~Sender: nobody~ | none",
                "From: a@pending.example~ | none",
                "From: a@own.example~ | From names own.example",
                "From: a@example.org~From: a@own.example~ | From names own.example",
                "From: a@own .example~ | From names own.example",
                "From: a@b@own.example <~ | From names own.example",
                "From: a@example.org~Sender: a@x.own.example~ | Sender names x.own.example",
                "From: a@example.org~Resent-From: a@theirs.own.example~ | Resent-From names theirs.own.example",
                "From: a@example.org~Resent-Sender: \"a@own.example\" <b@example.org>~ | Resent-Sender names own.example",
            })
    void noAccountSendsFromADomainThatAnotherHasVerified(String fields, String refusal) {
        assertThat(policy.refuses(OPEN, fields(fields)).map(Object::toString))
                .isEqualTo(Optional.ofNullable(refusal)
                        .map(text -> "550 5.7.1 " + text + ", which another account has verified [domain-of-another]"));
    }

    @Test
    void anAccountThatIsNotKnownComesAgain() {
        var path = new ReversePath(Mailbox.parse("a@example.org"));
        assertThat(policy.refuses("unheard", path)).contains(Replies.ACCOUNT_UNKNOWN);
        assertThat(policy.refuses("unheard", fields("From: a@example.org~"))).contains(Replies.ACCOUNT_UNKNOWN);
    }

    @Test
    void theLoginIsNamedWhereItIsNotTheAuthor() {
        var fields = fields("From: boss@example.com~");
        assertThat(policy.sender("named", "ann@example.com", fields).orElseThrow())
                .hasToString("ann@example.com");
        assertThat(policy.sender("named", "Boss@example.com", fields)).isEmpty();
        assertThat(policy.sender("named", "apikey", fields)).isEmpty();
        assertThat(policy.sender("named", "ann@own.example", fields)).isEmpty();
        assertThat(policy.sender("other", "ann@example.com", fields)).isEmpty();
    }

    private static List<HeaderField> fields(String text) {
        var octets = text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return HeaderField.parse(octets, octets.length);
    }
}
