package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {
    private static final SecureChannel CHANNEL =
            type -> type.equals("tls-exporter") ? Optional.of(new byte[] {1, 2, 3}) : Optional.empty();
    private static final String BOUND =
            Base64.getEncoder().encodeToString("p=tls-exporter,,\u0001\u0002\u0003".getBytes(StandardCharsets.UTF_8));

    private static SaslExchange.Turn begin(String mechanism, boolean tls, String response) {
        return SaslExchange.begin(
                        mechanism,
                        Optional.of(SaslExchange.base64(response)),
                        new SaslExchange.Means(
                                SaslExchange.ALL,
                                tls ? Optional.of(CHANNEL) : Optional.empty(),
                                () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"))
                .orElseThrow();
    }

    private static SaslExchange.Turn salted(SaslExchange.Turn first, String response) {
        var challenge =
                ((SaslExchange.Turn.NeedsSalt) first).opened().salted(new Salt("W22ZaJ0SNY7soEsUEjb6gQ==", 4096));
        return challenge.next().respond(SaslExchange.base64(response));
    }

    /** RFC 7677 §3. */
    @Test
    void theExampleOfTheStandard() {
        var first = begin("SCRAM-SHA-256", false, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        var opened = ((SaslExchange.Turn.NeedsSalt) first).opened();
        assertThat(opened.username()).isEqualTo("user");
        assertThat(opened.salted(new Salt("W22ZaJ0SNY7soEsUEjb6gQ==", 4096)).reply())
                .isEqualTo(Replies.challenge(SaslExchange.base64(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")));
        var last = salted(
                first,
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(last)
                .isEqualTo(new SaslExchange.Turn.Presented(new Credentials.ScramProof(
                        "user",
                        "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                                + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
    }

    @Test
    void withPlusTheConnectionIsPartOfTheExchange() {
        var first = begin("SCRAM-SHA-256-PLUS", true, "p=tls-exporter,,n=a=2Cb=3Dc,r=abcdefgh");
        assertThat(((SaslExchange.Turn.NeedsSalt) first).opened().username()).isEqualTo("a,b=c");
        assertThat(salted(first, "c=" + BOUND + ",r=abcdefgh%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA"))
                .isInstanceOf(SaslExchange.Turn.Presented.class);
        // Someone in between has another connection.
        assertThat(salted(first, "c=cD10bHMtZXhwb3J0ZXIsLAECBA==,r=abcdefgh%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA"))
                .isEqualTo(new SaslExchange.Turn.Refused(Replies.AUTH_FAILED));
        assertThat(SaslExchange.begin(
                        "SCRAM-SHA-256-PLUS",
                        Optional.empty(),
                        new SaslExchange.Means(SaslExchange.ALL, Optional.empty(), () -> "x")))
                .isEmpty();
    }

    @Test
    void aClientFromWhichPlusWasHiddenIsSentAway() {
        assertThat(begin("SCRAM-SHA-256", true, "y,,n=user,r=abcdefgh"))
                .isEqualTo(new SaslExchange.Turn.Refused(Replies.AUTH_FAILED));
        assertThat(begin("SCRAM-SHA-256", false, "y,,n=user,r=abcdefgh"))
                .isInstanceOf(SaslExchange.Turn.NeedsSalt.class);
        assertThat(begin("SCRAM-SHA-256", true, "n,,n=user,r=abcdefgh"))
                .isInstanceOf(SaslExchange.Turn.NeedsSalt.class);
        assertThat(begin("SCRAM-SHA-256-PLUS", true, "n,,n=user,r=abcdefgh"))
                .isEqualTo(new SaslExchange.Turn.Refused(Replies.CHANNEL_BINDING));
        // As Cyrus SASL does, whatever it was offered.
        assertThat(begin("SCRAM-SHA-256", true, "p=tls-unique,,n=user,r=abcdefgh"))
                .isEqualTo(new SaslExchange.Turn.Refused(Replies.CHANNEL_BINDING));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,n=user",
                "n,,r=abcdefgh",
                "x,,n=user,r=abcdefgh",
                "p,,n=user,r=abcdefgh",
                "n=x,,n=user,r=abcdefgh",
                "p=tls-unique,,n=user,r=abcdefgh",
                "n,,n=user,r=short",
                "n,,n=user,r=with space",
                "n,,m=x,n=user,r=abcdefgh",
            })
    void aFirstMessageThatIsNoneIsRefused(String first) {
        assertThat(begin("SCRAM-SHA-256", false, first)).isInstanceOf(SaslExchange.Turn.Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n,,n=,r=abcdefgh",
                "n,,n=us=er,r=abcdefgh",
                "n,,n=us=2cer,r=abcdefgh",
                "n,a=other,n=user,r=abcdefgh",
            })
    void aNameThatIsNoneOrAnothersIsRefused(String first) {
        assertThat(begin("SCRAM-SHA-256", false, first)).isEqualTo(new SaslExchange.Turn.Refused(Replies.AUTH_FAILED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws,r=abcdefgh,p=AAAA",
                "c=biws,r=abcdefgh%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                "c=eSws,r=abcdefgh%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA",
                "c=biws,r=abcdefgh%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=",
            })
    void aLastMessageThatDoesNotBelongToTheFirstIsRefused(String last) {
        assertThat(salted(begin("SCRAM-SHA-256", false, "n,,n=user,r=abcdefgh"), last))
                .isEqualTo(new SaslExchange.Turn.Refused(Replies.AUTH_FAILED));
    }
}
