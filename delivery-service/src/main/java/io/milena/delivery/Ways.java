package io.milena.delivery;

import io.milena.delivery.egress.Choice;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Routes;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.mail.HeaderField;
import io.milena.topics.CompactedView;
import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.KafkaClients;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Duration;
import java.util.Optional;

/** Decides which way a message takes: by the configured routes, by what it and its account ask of TLS, and by whose turn it is among the sources. Thread-safe. */
final class Ways implements AutoCloseable {
    private static final String TAG = "X-Milena-Tag";
    /** How long a message waits that no source may send: blocks are lifted by others, at a time that is not known here. */
    private static final Duration BLOCKED = Duration.ofMinutes(5);

    private final Routes routes;
    private final Pools pools;
    private final CompactedView<Directory.Account> accounts;

    Ways(Routes routes, Pools pools, KafkaClients clients) {
        this.routes = routes;
        this.pools = pools;
        this.accounts = new CompactedView<>(clients, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {});
    }

    void start() {
        accounts.start();
    }

    /** The way, or why there is none just now. */
    sealed interface Found permits Open, Shut {}

    record Open(Way way) implements Found {}

    /** {@code turn}: after how long it is worth to ask again. */
    record Shut(Cause why, Duration turn) implements Found {}

    Found of(MailRecord mail) {
        var envelope = mail.envelope();
        var domain = envelope.recipients().getFirst().domain();
        var tag = routes.byTag() || pools.byTag() ? tag(mail) : Optional.<String>empty();
        var route = routes.of(domain, envelope.account(), tag);
        var destination = Way.destination(route, domain);
        return switch (pools.choose(envelope.account(), tag, destination)) {
            case Choice.Chosen(var source) -> new Open(Way.of(route, domain, need(envelope), source));
            case Choice.WarmingUp(var pool, var turn) ->
                new Shut(
                        new Cause.NotTried(
                                "the sources of pool " + pool + " are being warmed up, and this hour's mail has gone"),
                        turn);
            case Choice.AllBlocked(var pool) ->
                new Shut(new Cause.NotTried("no source of pool " + pool + " may send to " + destination), BLOCKED);
        };
    }

    /** A message that was shown this way did not take it: it does not count for the source. */
    void giveBack(Way way) {
        pools.giveBack(way.source());
    }

    private TlsNeed need(Envelope envelope) {
        var level =
                accounts.get(envelope.account()).flatMap(Directory.Account::tls).map(Ways::level);
        return new TlsNeed(level.orElse(TlsLevel.OPPORTUNISTIC), everyHop(envelope), envelope.tlsOptional());
    }

    /** RFC 8689 §5: a report is not thrown away for want of TLS; it holds no more than the header section. */
    private static boolean everyHop(Envelope envelope) {
        boolean report = envelope.hasNullReversePath() && envelope.account().isEmpty();
        return envelope.requireTls() && !report;
    }

    /** What a newer auth-service may know is met with the strictest that we know. */
    private static TlsLevel level(String name) {
        return switch (name) {
            case "opportunistic" -> TlsLevel.OPPORTUNISTIC;
            case "require" -> TlsLevel.REQUIRE;
            default -> TlsLevel.VERIFY;
        };
    }

    private static Optional<String> tag(MailRecord mail) {
        return HeaderField.parse(mail.content(), mail.envelope().headerLength()).stream()
                .filter(field -> field.is(TAG))
                .map(field -> field.text().strip())
                .findFirst();
    }

    @Override
    public void close() {
        accounts.close();
    }
}
