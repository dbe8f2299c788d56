package io.milena.delivery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.Blocks;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.order.Automation;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Orders;
import io.milena.delivery.remote.BrokenTls;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.Watchdog;
import io.milena.delivery.report.TlsSessions;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Routes;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.topics.CompactedView;
import io.milena.topics.Directory;
import io.milena.topics.GroupMember;
import io.milena.topics.KafkaClients;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** The queue manager of one replica, put together as {@link DeliveryService} does, with its delay tiers and without the rest. */
final class Replica implements AutoCloseable {
    private final String name;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Destinations destinations;
    private final Sites sites;
    private final Flushes flushes;
    private final OutboundLoop loop;
    private final Thread thread;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private volatile boolean killed;

    /** {@code settings} are keys below {@code milena.} with their values; what is not said is as it is in production. */
    Replica(
            String name,
            KafkaClients clients,
            Dns dns,
            ShapingSource shaping,
            List<Duration> delays,
            Map<String, String> settings)
            throws Exception {
        this.name = name;
        var all = new HashMap<>(settings);
        all.put("hostname", name);
        var config = DeliverySettings.of(all);
        var clock = Clock.systemUTC();
        var log = new DeliveryLog(meters);
        var pulse = new Pulse(GroupMember.SESSION);
        var watchdog = part(new Watchdog());
        var suppressions = part(new Suppressions(clients));
        suppressions.start();
        var exchangers = new MailExchangers(
                dns,
                new NetworkPolicy(List.of("127.0.0.0/8")),
                new Random(1),
                config.delivery().remotePort(),
                config.hostname());
        var orders = part(new Orders(clients, clock));
        orders.start();
        sites = new Sites(shaping, exchangers, orders, config.delivery().suspend());
        flushes = part(new Flushes(clients, clock));
        flushes.start();
        var routes = new Routes(config.delivery().routes().orElse(List.of()));
        var automation = new Automation(() -> shaping.current().rules(), id -> true, order -> {}, clock);
        var pools =
                new Pools(EgressSettings.of(config.delivery()), config.hostname(), Blocks.NONE, sites::share, clock);
        var accounts =
                part(new CompactedView<>(clients, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {}));
        accounts.start();
        var ways = new Ways(routes, pools, orders, domain -> sites.known(domain).orElse(""), accounts::get);
        var timeout = config.delivery().timeout();
        var relay = new Relay(
                exchangers,
                new Security(
                        new TlsPolicies(
                                dns,
                                Optional.empty(),
                                Trust.of(Optional.empty(), "test"),
                                config.delivery().tls().level(),
                                Map.of()),
                        new SmartHosts(Map.of())),
                TlsSessions.UNTOLD,
                new SessionSettings(
                        timeout.connect(),
                        timeout.greeting(),
                        timeout.command(),
                        timeout.data(),
                        timeout.finalDot(),
                        timeout.attempt(),
                        new TlsClient(),
                        new BrokenTls(config.delivery().tls().brokenRest()),
                        watchdog),
                new Contents(
                        new Signatures((account, domain) -> List.of(), Optional.empty(), clock),
                        part(new BodyReader(clients))),
                Optional.empty(),
                clock);
        var schedule = new RetrySchedule(
                delays, accounts::get, () -> ThreadLocalRandom.current().nextDouble());
        destinations = new Destinations(
                config.delivery(),
                new Settler(schedule, new Reports(Duration.ofHours(4)), clock, log),
                ways,
                sites,
                new Obedience(orders, automation, clock),
                flushes,
                relay,
                suppressions,
                clock,
                pulse);
        var backlog = part(new Backlog(clients.base(), meters));
        var member = GroupMember.of(config.instance());
        loop = new OutboundLoop(clients, member, destinations, log, backlog, config.delivery(), () -> {
            if (killed) {
                // Nothing above the thread catches it: the loop ends where it stands.
                throw new Killed();
            }
        });
        var tiers = part(new TierLoop(clients, member, flushes, new Whereabouts(routes, sites), log, backlog, clock));
        tiers.start();
        thread = Thread.ofPlatform().name(name).start(loop);
    }

    /** The end of a process, without a word to anybody. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("the replica was killed, as the test wants it", null, false, false);
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    String name() {
        return name;
    }

    Destinations destinations() {
        return destinations;
    }

    Sites sites() {
        return sites;
    }

    Flushes flushes() {
        return flushes;
    }

    /** How many outcomes of this type there were. */
    long outcomes(String type) {
        return (long) meters.counter("milena.delivery.outcomes", "type", type).count();
    }

    /** Its loop commits nothing any more; the rest of it is to be cut off at the hosts. */
    void kill() throws InterruptedException {
        killed = true;
        thread.join(Duration.ofSeconds(10));
    }

    /** An orderly end. */
    @Override
    public void close() throws Exception {
        loop.stop();
        thread.join(Duration.ofSeconds(40));
        for (var part : parts.reversed()) {
            part.close();
        }
    }
}
