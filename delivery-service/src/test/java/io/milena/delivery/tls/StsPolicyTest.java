package io.milena.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8461 §3.1 and §3.2. */
class StsPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    void aPolicyIsReadWhateverItsLinesEndWith() {
        for (var end : List.of("\n", "\r\n")) {
            var policy = parse("version: STSv1~mode: enforce~mx: MX.example.com~mx:*.example.net~max_age: 86400~x: y~"
                    .replace("~", end));
            assertThat(policy.mx()).containsExactly("mx.example.com", "*.example.net");
            assertThat(policy.expiresAt()).isEqualTo("2026-11-25T00:00:00Z");
            assertThat(policy.enforced()).isTrue();
        }
    }

    @Test
    void withModeNoneThereNeedBeNoHost() {
        assertThat(parse("version: STSv1\nmode: none\nmax_age: 0\n").enforced()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mode: enforce~mx: a.example~max_age: 1",
                "version: STSv2~mode: enforce~mx: a.example~max_age: 1",
                "version: STSv1~mode: maybe~mx: a.example~max_age: 1",
                "version: STSv1~mode: enforce~max_age: 1",
                "version: STSv1~mode: enforce~mx: a.example",
                "version: STSv1~mode: enforce~mx: a.example~max_age: -1",
                "version: STSv1~mode: enforce~mx: a.example~max_age: 31557601",
                "version: STSv1~mode: enforce~mx: a.example~max_age: 99999999999999999999",
                "<html>version: STSv1</html>",
            })
    void whatIsNoPolicyIsNone(String text) {
        assertThat(StsPolicy.parse("example.com", text.replace("~", "\n"), "1", NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "v=STSv1; id=20160831085700Z; | 20160831085700Z",
                "v=STSv1;id=a | a",
                "v=STSv1; x=y; id=a | a",
                "v=STSv1; id=a; id=b; | a",
                "v=STSv1; id=- ; id=b | none",
                "v=STSv1; id=a ;\tx.y=z | a",
                "v=STSv1; id=a; x | none",
                "v=STSv1; id = a | none",
                "v=STSv1;; id=a | none",
                "v=STSv1; x=y | none",
                "v=STSv1 | none",
                "v=STSv1; id= | none",
                "v=STSv1; id=a-b | none",
                "v=spf1 -all | none",
            })
    void anAnnouncementHasAnId(String text, String id) {
        assertThat(StsPolicy.announced(List.of("v=spf1 -all", text)).orElse(null))
                .isEqualTo(id);
    }

    @Test
    void twoAnnouncementsAreNone() {
        assertThat(StsPolicy.announced(List.of("v=STSv1; id=a", "v=STSv1; id=b")))
                .isEmpty();
    }

    private static StsPolicy parse(String text) {
        return StsPolicy.parse("example.com", text, "1", NOW).orElseThrow();
    }
}
