package io.milena.delivery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/** Answers are remembered by their size: a zone of strangers with large ones must not fill the memory. */
class DnsCacheTest {
    private static final int OCTETS = 1024 * 1024;

    private final List<String> asked = new ArrayList<>();

    @Test
    void smallAnswersAreAskedForOnce() {
        var dns = new DnsResolver(settings(), question -> answer(question, 1), OCTETS);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 500; i++) {
                dns.texts("n" + i + ".example");
            }
        }

        assertThat(asked).hasSize(500);
    }

    @Test
    void largeAnswersPushOthersOut() {
        var dns = new DnsResolver(settings(), question -> answer(question, 1000), OCTETS);
        for (int i = 0; i < 500; i++) {
            dns.texts("n" + i + ".example");
        }
        asked.clear();
        for (int i = 0; i < 500; i++) {
            dns.texts("n" + i + ".example");
        }

        // A thousand strings of 32 octets, each in an array of its own: fewer than 20 such answers fit.
        assertThat(asked).hasSizeGreaterThan(480);
    }

    @Test
    void anAnswerLargerThanTheCacheIsGivenButNotRemembered() {
        var dns = new DnsResolver(settings(), question -> answer(question, 20_000), OCTETS);

        assertThat(dns.texts("huge.example")).isInstanceOf(Dns.Records.class);
        assertThat(dns.texts("huge.example")).isInstanceOf(Dns.Records.class);
        assertThat(asked).hasSize(2);
    }

    private CompletableFuture<Response> answer(DnsResolver.Question question, int strings) {
        asked.add(question.name().toString());
        Record text = new TXTRecord(question.name(), DClass.IN, 3600, Collections.nCopies(strings, "x".repeat(32)));
        return CompletableFuture.completedFuture(new Response.Found(List.of(text), false, Duration.ofHours(1)));
    }

    private static DnsSettings settings() {
        return new FixedDnsSettings(
                Optional.empty(),
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                Dnssec.OFF,
                Optional.empty());
    }
}
