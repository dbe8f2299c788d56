package io.milena.delivery.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.delivery.tls.TlsLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of a shaping file, and the lines that set them. */
class ShapingTest {
    private static final String SHIPPED = """
            defaults:
              connections: 20
              new-connections: unlimited
              messages-per-connection: 500
              messages: unlimited
              recipients-per-transaction: 100
              idle: 5s
              tls: opportunistic
            sites:
              big:
                mx: ["*.big.example"]
                domains: [big.com]
                connections: 50
            """;

    private static Shaping with(String operators) {
        return Shaping.of(ShapingFile.parse("shipped", SHIPPED), ShapingFile.parse("mine.yaml", operators));
    }

    @Test
    void theOperatorsWordGoesBeforeOurs() {
        var shaping = with("""
                defaults:
                  messages: 100/s
                sites:
                  big:
                    messages: 5/min
                    sources:
                      one: {connections: 2}
                """);
        assertThat(shaping.limits("big", Optional.empty()))
                .isEqualTo(new Limits(
                        50,
                        Optional.empty(),
                        500,
                        Optional.of(new Rate(5, Duration.ofMinutes(1))),
                        100,
                        Duration.ofSeconds(5),
                        TlsLevel.OPPORTUNISTIC));
        assertThat(shaping.limits("big", Optional.of("one")).connections()).isEqualTo(2);
        assertThat(shaping.limits("other.example", Optional.empty()).messages())
                .contains(new Rate(100, Duration.ofSeconds(1)));
    }

    @Test
    void eachLimitKnowsTheLineThatSaidIt() {
        var settings = with("""
                sites:
                  big:
                    messages: 5/min
                """).settings("big", Optional.empty());
        assertThat(settings.get(Limit.MESSAGES)).hasToString("5/min");
        assertThat(settings.get(Limit.MESSAGES).origin()).hasToString("mine.yaml:3");
        assertThat(settings.get(Limit.CONNECTIONS).origin()).hasToString("shipped:13");
        assertThat(settings.get(Limit.IDLE).origin()).hasToString("shipped:7");
        assertThat(settings.get(Limit.IDLE)).hasToString("5s");
    }

    @Test
    void domainsWithTheSameHostsAreOneSiteInWhateverOrderTheyName() {
        var shaping = with("");
        var one = shaping.site("a.example", List.of("mx2.host.example", "mx1.host.example"));
        assertThat(one).isEqualTo(shaping.site("b.example", List.of("mx1.host.example", "mx2.host.example")));
        assertThat(one).isEqualTo(new SiteName("mx1.host.example,mx2.host.example", true));
    }

    @Test
    void aDomainWithHostsOfItsOwnIsASiteOfItsOwn() {
        assertThat(with("").site("a.example", List.of("mx1.a.example", "a.example")))
                .isEqualTo(new SiteName("a.example", false));
    }

    @Test
    void aProviderIsKnownByItsHostsOrItsDomains() {
        var shaping = with("sites: {small.example: {connections: 1}}");
        assertThat(shaping.site("big.com", List.of())).isEqualTo(new SiteName("big", true));
        assertThat(shaping.site("shop.example", List.of("mx1.big.example", "mx2.big.example")))
                .isEqualTo(new SiteName("big", true));
        assertThat(shaping.site("shop.example", List.of("mx1.big.example", "mx.backup.example"))
                        .name())
                .isEqualTo("mx.backup.example,mx1.big.example");
        assertThat(shaping.site("small.example", List.of("mx1.big.example")))
                .isEqualTo(new SiteName("small.example", false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            defaults: {conections: 5}                               | mine.yaml:1: the key 'conections' is not known
            defaults: {connections: 0}                              | mine.yaml:1: connections: '0' (expected: a number of 1 or more)
            defaults: {messages: fast}                              | mine.yaml:1: messages: 'fast' is no rate
            defaults: {messages: 0/s}                               | mine.yaml:1: messages: a rate of 0
            defaults: {idle: 1h}                                    | mine.yaml:1: idle: '1h' (expected: a time of at most 5 minutes
            limits: {}                                              | mine.yaml:1: the key 'limits' is not known (expected: defaults, sites, rules)
            "sites:\\n  a: {domains: [x.com]}\\n  b: {domains: [x.com]}" | mine.yaml:3: the domain x.com belongs to a already
            "sites:\\n  a: {domains: [big.com]}"                     | mine.yaml:2: the domain big.com belongs to big already
            "sites:\\n  a:\\n    connections: 5\\n    connections: 6"   | mine.yaml:4: connections is said twice
            "sites:\\n  a:\\n    connections: 5"                      | mine.yaml:3: no mail leads to the site a
            "sites:\\n  a: {mx: ['**.com']}"                         | mine.yaml:2: '**.com' is no name
            "sites:\\n\\n - ]"                                        | mine.yaml:3: no YAML
            "rules:\\n  a:\\n    reply: x\\n    do: nothing\\n    for: 1h" | mine.yaml:4: do: 'nothing' (expected: suspend site
            "rules:\\n  a:\\n    reply: '('\\n    do: tls off\\n    for: 1h" | mine.yaml:3: reply: missing closing )
            "rules:\\n  a:\\n    reply: x\\n    do: tls off"     | mine.yaml:3: the key 'for' is missing
            "rules:\\n  a:\\n    sites: [biig]\\n    reply: x\\n    do: tls off\\n    for: 1h" | mine.yaml:3: the rule a is for a site biig that there isn't
            defaults: 5                                             | mine.yaml:1: keys with values were expected here
            """)
    void whatCannotBeTakenIsRefusedWithItsLine(String file, String said) {
        assertThatThrownBy(() -> with(file.replace("\\n", "\n")))
                .isInstanceOf(ShapingException.class)
                .hasMessageStartingWith(said);
    }

    @Test
    void aChangeIsTakenUpAndOneThatCannotBeLeavesAllAsItWas(@TempDir Path directory) throws IOException {
        var file = directory.resolve("shaping.yaml");
        Files.writeString(file, "defaults: {connections: 3}");
        var source = new ShapingSource(Optional.of(file));
        assertThat(source.current().limits("x.example", Optional.empty()).connections())
                .isEqualTo(3);
        Files.writeString(file, "defaults: {connections: none}");
        source.refresh();
        assertThat(source.current().limits("x.example", Optional.empty()).connections())
                .isEqualTo(3);
        Files.writeString(file, "defaults: {connections: 4}");
        source.refresh();
        assertThat(source.current().limits("x.example", Optional.empty()).connections())
                .isEqualTo(4);
        Files.delete(file);
        source.refresh();
        assertThat(source.current().limits("x.example", Optional.empty()).connections())
                .isEqualTo(4);
    }

    @Test
    void aFileThatIsNotValidAtTheStartLeavesOurLimitsAndIsTold(@TempDir Path directory) throws IOException {
        var file = directory.resolve("shaping.yaml");
        var source = new ShapingSource(Optional.of(file));
        assertThat(source.problem()).hasValueSatisfying(why -> assertThat(why).contains("shaping.yaml"));

        Files.writeString(file, "");
        source.refresh();
        assertThat(source.problem()).isEmpty();

        Files.writeString(file, "defaults:\n  connections: none");
        source.refresh();
        var ours = new ShapingSource(Optional.empty()).current();
        assertThat(source.problem()).hasValueSatisfying(why -> assertThat(why).startsWith("shaping.yaml:2: "));
        assertThat(source.current().limits("x.example", Optional.empty()))
                .isEqualTo(ours.limits("x.example", Optional.empty()));

        Files.writeString(file, "defaults: {connections: 4}");
        source.refresh();
        assertThat(source.problem()).isEmpty();
        assertThat(source.current().limits("x.example", Optional.empty()).connections())
                .isEqualTo(4);
    }

    @Test
    void aRuleThatWeShipCanBeTurnedOff(@TempDir Path directory) throws IOException {
        var file = directory.resolve("shaping.yaml");
        Files.writeString(file, "rules: {yahoo-deferred: off}");
        assertThat(new ShapingSource(Optional.empty()).current().rules())
                .extracting(Rule::name)
                .contains("yahoo-deferred");
        assertThat(new ShapingSource(Optional.of(file)).current().rules())
                .extracting(Rule::name)
                .contains("google-blocked")
                .doesNotContain("yahoo-deferred");
    }

    @Test
    void whatWeShipKnowsTheLargeProviders() {
        var shipped = new ShapingSource(Optional.empty()).current();
        assertThat(shipped.site("gmail.com", List.of()).name()).isEqualTo("google");
        assertThat(shipped.site("example.com", List.of("aspmx.l.google.com", "alt1.aspmx.l.google.com"))
                        .name())
                .isEqualTo("google");
        assertThat(shipped.site("outlook.com", List.of("outlook-com.olc.protection.outlook.com"))
                        .name())
                .isEqualTo("microsoft");
        assertThat(shipped.site("yahoo.com", List.of("mta5.am0.yahoodns.net")).name())
                .isEqualTo("yahoo");
    }
}
