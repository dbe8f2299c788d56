package io.milena.delivery.tls;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.milena.delivery.dns.Dns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * The MTA-STS policies of domains (RFC 8461): fetched when there is mail for the domain, kept until they expire in a
 * compacted topic that all replicas share, and refreshed once a day while there was mail for the domain lately.
 * Thread-safe; blocks its virtual thread.
 */
public final class StsPolicies {
    private static final Logger LOG = Logger.getLogger(StsPolicies.class);

    // RFC 8461 §3.3: a failed fetch is not repeated for five minutes.
    private static final Duration FETCH_AGAIN = Duration.ofMinutes(5);
    /** RFC 8461 §10.2: an attacker who blocks the announcement must not outlast the policy. */
    private static final Duration REFRESH = Duration.ofDays(1);

    private static final Duration USED_LATELY = Duration.ofDays(30);

    /** A replica whose clock is slow still uses a policy for so long. */
    private static final Duration ENDED_KEPT = Duration.ofDays(1);

    private static final int FETCHES_REMEMBERED = 100_000;

    private final Dns dns;
    private final StsSource source;
    private final Store store;
    private final Clock clock;
    private final Executor executor;
    private final AsyncCache<Announced, Found> fetches = Caffeine.newBuilder()
            .maximumSize(FETCHES_REMEMBERED)
            .expireAfterWrite(FETCH_AGAIN)
            .buildAsync();

    /** The domains for which this replica had mail lately. */
    private final Cache<String, Boolean> used = Caffeine.newBuilder()
            .maximumSize(FETCHES_REMEMBERED)
            .expireAfterAccess(USED_LATELY)
            .build();

    /**
     * The policy in force for a domain, or why it is not known; both if an old policy replaces one that could not be
     * fetched.
     */
    public record Found(Optional<StsPolicy> policy, Optional<TlsFailure> failure) {
        static final Found NONE = new Found(Optional.empty(), Optional.empty());
    }

    private record Announced(String domain, String id) {}

    /** Keeps policies over a restart. */
    interface Store {
        Optional<StsPolicy> get(String domain);

        void put(StsPolicy policy);

        /** Forgets the policies that ended before this time. */
        void removeEndedBefore(Instant time);
    }

    StsPolicies(Dns dns, StsSource source, Store store, Clock clock, Executor executor) {
        this.dns = dns;
        this.source = source;
        this.store = store;
        this.clock = clock;
        this.executor = executor;
    }

    public static StsPolicies of(Dns dns, StsWeb web, StsTopic topic, Clock clock) {
        return new StsPolicies(
                dns,
                web,
                topic,
                clock,
                task -> Thread.ofVirtual().name("mta-sts").start(task));
    }

    /** The policy for mail to a domain now. */
    public Found of(String domain) {
        used.put(domain, true);
        var now = clock.instant();
        var kept = store.get(domain).filter(policy -> policy.validAt(now));
        var texts = dns.texts("_mta-sts." + domain);
        if (kept.isEmpty() && texts instanceof Dns.NoAnswer<String> unknown) {
            return failed(new TlsFailure(
                    TlsFailure.Type.STS_POLICY_FETCH_ERROR,
                    "DNS does not say whether " + domain + " has a policy: " + unknown.reason()));
        }
        var announced = announced(texts);
        if (announced.isEmpty() || kept.isPresent() && kept.get().id().equals(announced.get())) {
            // RFC 8461 §3.1: a policy that is in force needs no announcement.
            kept.filter(policy -> ages(policy, now)).ifPresent(policy -> fetch(domain, policy.id()));
            return new Found(kept, Optional.empty());
        }
        var fetched = fetch(domain, announced.get()).join();
        // RFC 8461 §3.3: after a failed fetch the old policy stays in force.
        return fetched.policy().isPresent() ? fetched : new Found(kept, fetched.failure());
    }

    /**
     * Fetches ageing policies that are in use, whether there is mail now or not, and forgets those that ended; call it
     * now and then.
     */
    public void refresh() {
        var now = clock.instant();
        store.removeEndedBefore(now.minus(ENDED_KEPT));
        for (var domain : used.asMap().keySet()) {
            store.get(domain)
                    .filter(policy -> policy.validAt(now) && ages(policy, now))
                    .ifPresent(policy -> fetch(
                                    domain,
                                    announced(dns.texts("_mta-sts." + domain)).orElse(policy.id()))
                            .join());
        }
    }

    private static boolean ages(StsPolicy policy, Instant now) {
        var half = Duration.between(policy.fetchedAt(), policy.expiresAt()).dividedBy(2);
        return now.isAfter(policy.fetchedAt().plus(half.compareTo(REFRESH) < 0 ? half : REFRESH));
    }

    private static Optional<String> announced(Dns.Answer<String> texts) {
        return texts instanceof Dns.Records<String> found ? StsPolicy.announced(found.records()) : Optional.empty();
    }

    private CompletableFuture<Found> fetch(String domain, String id) {
        return fetches.get(
                new Announced(domain, id),
                (announced, ignored) -> CompletableFuture.supplyAsync(() -> fetched(domain, id), executor));
    }

    private Found fetched(String domain, String id) {
        var found =
                switch (text(domain)) {
                    case StsSource.Text text ->
                        StsPolicy.parse(domain, text.policy(), id, clock.instant())
                                .map(policy -> new Found(Optional.of(policy), Optional.empty()))
                                .orElseGet(() -> failed(new TlsFailure(
                                        TlsFailure.Type.STS_POLICY_INVALID,
                                        "what " + domain + " publishes is no policy")));
                    case StsSource.Failed(var failure) -> failed(failure);
                };
        found.policy().ifPresent(store::put);
        found.failure()
                .ifPresent(
                        failure -> LOG.warnf("mta-sts of %s: %s: %s", domain, failure.type(), failure.explanation()));
        return found;
    }

    /** A bug must not keep a domain's policy from being fetched again. */
    private StsSource.Fetched text(String domain) {
        try {
            return source.fetch(domain);
        } catch (RuntimeException e) {
            return new StsSource.Failed(new TlsFailure(TlsFailure.Type.STS_POLICY_FETCH_ERROR, e.toString()));
        }
    }

    private static Found failed(TlsFailure failure) {
        return new Found(Optional.empty(), Optional.of(failure));
    }
}
