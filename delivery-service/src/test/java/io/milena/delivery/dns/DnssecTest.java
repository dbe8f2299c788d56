package io.milena.delivery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DNSSEC validation of zones that another implementation has signed and serves. */
class DnssecTest {
    @TempDir
    static Path directory;

    private static SignedZones zones;
    private static Dns validating;

    @BeforeAll
    static void serve() throws Exception {
        assumeTrue(SignedZones.possible(), "needs nsd and ldnsutils (apt-get install nsd ldnsutils)");
        zones = SignedZones.serve(directory);
        validating = new DnsResolver(settings(Dnssec.VALIDATE));
        var plain = new DnsResolver(settings(Dnssec.OFF));
        await().until(() -> plain.mailExchangers("dane.test") instanceof Dns.Records);
    }

    @AfterAll
    static void end() throws Exception {
        if (zones != null) {
            zones.close();
        }
    }

    @Test
    void aSignedZoneIsProvedWithAllThatDaneNeeds() {
        assertSecure(validating.mailExchangers("dane.test"), true);
        assertSecure(validating.addresses("mx.dane.test"), true);
        assertSecure(validating.tlsa("mx.dane.test", 25), true);
        assertThat(validating.tlsa("nobody.dane.test", 25)).isInstanceOf(Dns.NoSuchName.class);
        assertThat(validating.tlsa("dane.test", 25)).isInstanceOf(Dns.NoSuchName.class);
        assertThat(validating.texts("mx.dane.test")).isInstanceOf(Dns.NoRecords.class);
    }

    @Test
    void anAliasIsProvedToo() {
        assertThat(validating.addresses("www.dane.test")).isInstanceOfSatisfying(Dns.Records.class, found -> {
            assertThat(found.secure()).isTrue();
            assertThat(found.owner()).isEqualTo("mx.dane.test");
        });
    }

    @Test
    void anUnsignedZoneIsAnsweredAndProvesNothing() {
        assertSecure(validating.mailExchangers("plain.test"), false);
        assertSecure(validating.tlsa("mx.plain.test", 25), false);
    }

    @Test
    void whatWasForgedOrHasRunOutIsNoAnswer() {
        assertThat(validating.addresses("mx.forged.test")).isInstanceOf(Dns.NoAnswer.class);
        assertThat(validating.mailExchangers("late.test")).isInstanceOf(Dns.NoAnswer.class);
    }

    @Test
    void withoutDnssecNothingIsProvedAndForgeriesAreBelieved() {
        var plain = new DnsResolver(settings(Dnssec.OFF));
        assertSecure(plain.mailExchangers("dane.test"), false);
        assertThat(plain.addresses("mx.forged.test"))
                .isInstanceOfSatisfying(
                        Dns.Records.class,
                        found -> assertThat(found.records().toString()).contains("/198.51.100.66"));
    }

    private static void assertSecure(Dns.Answer<?> answer, boolean secure) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Dns.Records.class, found -> assertThat(found.secure()).isEqualTo(secure));
    }

    private static DnsSettings settings(Dnssec dnssec) {
        try {
            return new FixedDnsSettings(
                    Optional.of(List.of(zones.endpoint())),
                    Duration.ofHours(1),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(10),
                    dnssec,
                    Optional.of(List.of(zones.anchor())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
