package io.milena.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.FakeDns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which policy holds for a host: configured, required by the message, or published by the domain. */
class TlsPoliciesTest {
    private static final Dns.Tlsa USABLE = new Dns.Tlsa(3, 1, 1, new byte[32]);
    private static final TlsNeed EVERY_HOP = new TlsNeed(TlsLevel.OPPORTUNISTIC, true, false);
    private static final TlsNeed RATHER_DELIVERED = new TlsNeed(TlsLevel.OPPORTUNISTIC, false, true);
    private static final String ENFORCE = "version: STSv1\r\nmode: enforce\r\nmx: *.example.com\r\nmax_age: 604800\r\n";

    private final FakeDns dns = new FakeDns();
    private final Map<String, StsPolicy> kept = new HashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private StsSource.Fetched published =
            new StsSource.Failed(new TlsFailure(TlsFailure.Type.STS_POLICY_FETCH_ERROR, "nobody there"));
    private Instant now = Instant.parse("2026-11-24T00:00:00Z");
    private final StsPolicies sts = new StsPolicies(
            dns,
            domain -> {
                fetches.incrementAndGet();
                return published;
            },
            new StsPolicies.Store() {
                @Override
                public Optional<StsPolicy> get(String domain) {
                    return Optional.ofNullable(kept.get(domain));
                }

                @Override
                public void put(StsPolicy policy) {
                    kept.put(policy.domain(), policy);
                }

                @Override
                public void removeEndedBefore(Instant time) {
                    kept.values().removeIf(policy -> !policy.validAt(time));
                }
            },
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            },
            Runnable::run);

    @Test
    void withoutAWordFromAnyoneTlsIsOpportunistic() {
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("opportunistic");
        assertThat(told(host(), new TlsNeed(TlsLevel.REQUIRE, false, false))).isEqualTo("require");
        assertThat(told(host(), new TlsNeed(TlsLevel.VERIFY, false, false))).isEqualTo("verify");
    }

    @Test
    void theOperatorsWordForADomainCounts() {
        assertThat(told(host("careful.example"), TlsNeed.NONE)).isEqualTo("verify");
        assertThat(told(host("broken.example"), TlsNeed.NONE)).isEqualTo("off");
        assertThat(told(host("broken.example"), new TlsNeed(TlsLevel.REQUIRE, false, false)))
                .isEqualTo("require");
    }

    @Test
    void daneNeedsAProvedHostAndProvedRecords() {
        dns.tlsa("mx.example.com", USABLE);
        assertThat(told(proved(), TlsNeed.NONE)).isEqualTo("opportunistic");
        dns.secure("_25._tcp.mx.example.com");
        assertThat(told(proved(), TlsNeed.NONE)).isEqualTo("dane");
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("opportunistic");
    }

    @Test
    void recordsOfAnUnknownKindAskForTlsAtLeast() {
        dns.tlsa("mx.example.com", new Dns.Tlsa(1, 1, 1, new byte[32])).secure("_25._tcp.mx.example.com");
        assertThat(decide(proved(), TlsNeed.NONE))
                .isInstanceOfSatisfying(
                        TlsPolicies.Allowed.class,
                        allowed -> assertThat(allowed.policy()).isEqualTo(new TlsPolicy.Encrypted("dane")));
    }

    @Test
    void whoKeepsTlsaRecordsBackStopsTheMail() {
        dns.silent("_25._tcp.mx.example.com");
        assertThat(told(proved(), TlsNeed.NONE)).isEqualTo("4.7.5 dane dnssec-invalid");
        assertThat(told(proved(), RATHER_DELIVERED)).isEqualTo("opportunistic");
    }

    @Test
    void recordsStandAtTheEndOfTheAliasesOrAtTheName() {
        var alias = new TlsPolicies.Host(
                Optional.of("example.com"), "mx.example.com", "real.example.com", 25, true, true, Optional.empty());
        dns.tlsa("mx.example.com", USABLE).secure("_25._tcp.mx.example.com");
        assertThat(names(alias)).contains("mx.example.com", "example.com").doesNotContain("real.example.com");
        dns.tlsa("real.example.com", USABLE).secure("_25._tcp.real.example.com");
        assertThat(names(alias)).contains("real.example.com", "mx.example.com", "example.com");
    }

    @Test
    void anEnforcedPolicyNeedsItsHostsAndTheirCertificates() {
        announce("1", ENFORCE);
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        assertThat(told(named("mx.elsewhere.example"), TlsNeed.NONE)).isEqualTo("4.7.5 sts validation-failure");
        assertThat(told(host(), RATHER_DELIVERED)).isEqualTo("opportunistic");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void daneGoesBeforeMtaSts() {
        announce("1", ENFORCE.replace("*.example.com", "none.example.net"));
        dns.tlsa("mx.example.com", USABLE).secure("_25._tcp.mx.example.com");
        assertThat(told(proved(), TlsNeed.NONE)).isEqualTo("dane");
    }

    @Test
    void aTestedPolicyHoldsNothingUp() {
        announce("1", ENFORCE.replace("enforce", "testing"));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts-testing");
        assertThat(decide(named("mx.elsewhere.example"), TlsNeed.NONE))
                .isInstanceOfSatisfying(
                        TlsPolicies.Allowed.class,
                        allowed -> assertThat(allowed.told())
                                .get()
                                .extracting(TlsFailure::type)
                                .isEqualTo(TlsFailure.Type.VALIDATION_FAILURE));
    }

    @Test
    void aPolicyStaysInForceWhileNothingNewCanBeFetched() {
        announce("1", ENFORCE);
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        dns.text("_mta-sts.example.com", "v=STSv1; id=2;");
        published =
                new StsSource.Failed(new TlsFailure(TlsFailure.Type.STS_WEBPKI_INVALID, "a certificate of another"));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        // The announcement is not needed either.
        dns.silent("_mta-sts.example.com");
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        now = now.plus(Duration.ofDays(8));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("opportunistic");
    }

    @Test
    void anAgeingPolicyIsFetchedAgainAndANewOneTakesItsPlace() {
        announce("1", ENFORCE);
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        now = now.plus(Duration.ofHours(23));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        assertThat(kept.get("example.com").fetchedAt()).isEqualTo("2026-11-24T00:00:00Z");
        announce("2", ENFORCE.replace("enforce", "none"));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("opportunistic");
        assertThat(kept.get("example.com").id()).isEqualTo("2");
    }

    @Test
    void policiesInUseAreRefreshedWhileNoMailGoes() {
        announce("1", ENFORCE);
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
        now = now.plus(Duration.ofDays(2));
        announce("2", ENFORCE.replace("604800", "86400"));
        sts.refresh();
        assertThat(kept.get("example.com").fetchedAt()).isEqualTo(now);
        // An attacker who blocks everything from now on must do so for a day.
        dns.silent("_mta-sts.example.com");
        now = now.plus(Duration.ofHours(23));
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("sts");
    }

    @Test
    void aFailedFetchIsNotRepeatedAtOnce() {
        dns.text("_mta-sts.example.com", "v=STSv1; id=1;");
        for (int i = 0; i < 3; i++) {
            assertThat(decide(host(), TlsNeed.NONE))
                    .isInstanceOfSatisfying(
                            TlsPolicies.Allowed.class,
                            allowed -> assertThat(allowed.told())
                                    .get()
                                    .extracting(TlsFailure::type)
                                    .isEqualTo(TlsFailure.Type.STS_POLICY_FETCH_ERROR));
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void requireTlsNeedsAHostThatIsProved() {
        assertThat(told(host(), EVERY_HOP)).isEqualTo("5.7.30 requiretls validation-failure");
        assertThat(told(proved(), EVERY_HOP)).isEqualTo("requiretls");
        announce("1", ENFORCE);
        assertThat(told(host(), EVERY_HOP)).isEqualTo("sts");
        dns.tlsa("mx.example.com", USABLE).secure("_25._tcp.mx.example.com");
        assertThat(told(proved(), EVERY_HOP)).isEqualTo("dane");
    }

    @Test
    void requireTlsWaitsWhereWhatWouldProveTheHostCannotBeAskedFor() {
        dns.silent("_mta-sts.example.com");
        assertThat(told(host(), EVERY_HOP)).isEqualTo("4.7.5 requiretls sts-policy-fetch-error");
        assertThat(told(host(), TlsNeed.NONE)).isEqualTo("opportunistic");
    }

    @Test
    void requireTlsCountsWhereTheHeaderSaysOtherwise() {
        announce("1", ENFORCE);
        assertThat(told(host(), new TlsNeed(TlsLevel.OPPORTUNISTIC, true, true)))
                .isEqualTo("sts");
    }

    @Test
    void requireTlsGoesToASmartHostThatTheOperatorHasVerified() {
        assertThat(told(smartHost(TlsLevel.VERIFY), EVERY_HOP)).isEqualTo("requiretls");
        assertThat(told(smartHost(TlsLevel.REQUIRE), EVERY_HOP)).isEqualTo("5.7.30 requiretls validation-failure");
        assertThat(told(smartHost(TlsLevel.REQUIRE), TlsNeed.NONE)).isEqualTo("require");
    }

    @Test
    void whatTheDomainPublishesIsToldToIt() {
        assertThat(published(host(), TlsNeed.NONE)).isEqualTo("no-policy-found example.com [] []");
        announce("1", ENFORCE);
        assertThat(published(host(), TlsNeed.NONE))
                .isEqualTo("sts example.com [version: STSv1, mode: enforce, mx: *.example.com, max_age: 604800]"
                        + " [*.example.com]");
        assertThat(published(named("mx.elsewhere.example"), TlsNeed.NONE)).startsWith("sts example.com");
        dns.tlsa("mx.example.com", new Dns.Tlsa(3, 1, 1, new byte[] {(byte) 0xab, 1}))
                .secure("_25._tcp.mx.example.com");
        assertThat(published(proved(), TlsNeed.NONE)).isEqualTo("tlsa mx.example.com [3 1 1 AB01] []");
        dns.silent("_25._tcp.mx.example.com");
        assertThat(published(proved(), TlsNeed.NONE)).isEqualTo("tlsa mx.example.com [] []");
    }

    @Test
    void nobodyIsToldOfWhatHisPolicyHadNoPartIn() {
        var ratherDelivered = new TlsNeed(TlsLevel.OPPORTUNISTIC, false, true);
        announce("1", ENFORCE);
        assertThat(published(host(), ratherDelivered)).isEqualTo("nothing");
        assertThat(published(host("broken.example"), TlsNeed.NONE)).isEqualTo("nothing");
        assertThat(published(smartHost(TlsLevel.VERIFY), TlsNeed.NONE)).isEqualTo("nothing");
        assertThat(published(host("other.example"), EVERY_HOP)).isEqualTo("nothing");
    }

    private String published(TlsPolicies.Host host, TlsNeed need) {
        var published =
                switch (decide(host, need)) {
                    case TlsPolicies.Allowed allowed -> allowed.published();
                    case TlsPolicies.Forbidden forbidden -> forbidden.published();
                };
        return published
                .map(policy -> policy.type() + " " + policy.domain() + " " + policy.strings() + " " + policy.mx())
                .orElse("nothing");
    }

    private void announce(String id, String policy) {
        dns.text("_mta-sts.example.com", "v=STSv1; id=" + id + ";");
        published = new StsSource.Text(policy);
    }

    private static TlsPolicies.Host host() {
        return host("example.com");
    }

    private static TlsPolicies.Host host(String domain) {
        return new TlsPolicies.Host(
                Optional.of(domain), "mx.example.com", "mx.example.com", 25, false, false, Optional.empty());
    }

    private static TlsPolicies.Host named(String name) {
        return new TlsPolicies.Host(Optional.of("example.com"), name, name, 25, false, false, Optional.empty());
    }

    private static TlsPolicies.Host proved() {
        return new TlsPolicies.Host(
                Optional.of("example.com"), "mx.example.com", "mx.example.com", 25, true, true, Optional.empty());
    }

    private static TlsPolicies.Host smartHost(TlsLevel level) {
        return new TlsPolicies.Host(
                Optional.empty(), "relay.example.org", "relay.example.org", 587, true, false, Optional.of(level));
    }

    private TlsPolicies.Decision decide(TlsPolicies.Host host, TlsNeed need) {
        return new TlsPolicies(
                        dns,
                        Optional.of(sts),
                        TestCertificates.TRUST,
                        TlsLevel.OPPORTUNISTIC,
                        Map.of("careful.example", TlsLevel.VERIFY, "broken.example", TlsLevel.OFF))
                .decide(host, need);
    }

    private Set<String> names(TlsPolicies.Host host) {
        return ((TlsPolicy.Dane) ((TlsPolicies.Allowed) decide(host, TlsNeed.NONE)).policy()).names();
    }

    private String told(TlsPolicies.Host host, TlsNeed need) {
        return switch (decide(host, need)) {
            case TlsPolicies.Allowed allowed -> allowed.policy().name();
            case TlsPolicies.Forbidden forbidden ->
                forbidden.status() + " " + forbidden.policy() + " "
                        + forbidden.failure().type();
        };
    }
}
