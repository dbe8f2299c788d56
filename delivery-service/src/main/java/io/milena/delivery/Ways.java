package io.milena.delivery;

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
import java.util.Optional;

/** Decides which way a message takes: by the configured routes, and by what it and its account ask of TLS. Thread-safe. */
final class Ways implements AutoCloseable {
    private static final String TAG = "X-Milena-Tag";

    private final Routes routes;
    private final CompactedView<Directory.Account> accounts;

    Ways(Routes routes, KafkaClients clients) {
        this.routes = routes;
        this.accounts = new CompactedView<>(clients, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {});
    }

    void start() {
        accounts.start();
    }

    Way of(MailRecord mail) {
        var envelope = mail.envelope();
        var domain = envelope.recipients().getFirst().domain();
        var level =
                accounts.get(envelope.account()).flatMap(Directory.Account::tls).map(Ways::level);
        return Way.of(
                routes.of(domain, envelope.account(), routes.byTag() ? tag(mail) : Optional.empty()),
                domain,
                new TlsNeed(level.orElse(TlsLevel.OPPORTUNISTIC), everyHop(envelope), envelope.tlsOptional()));
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

    static Optional<String> tag(MailRecord mail) {
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
