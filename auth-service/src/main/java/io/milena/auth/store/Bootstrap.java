package io.milena.auth.store;

import io.milena.operator.ConfiguredSecret;
import io.milena.topics.Directory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.jboss.logging.Logger;

/** The first start: makes an account with the configured API key if there is no account yet. */
@ApplicationScoped
public class Bootstrap {
    private static final Logger LOG = Logger.getLogger(Bootstrap.class);
    private static final int SHORTEST = 20;

    private final BootstrapSettings settings;
    private final Outbox outbox;

    Bootstrap(BootstrapSettings settings, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
    }

    @Transactional
    public void run() {
        var key = ConfiguredSecret.of("milena.bootstrap.api-key", settings.apiKey(), settings.apiKeyFile());
        if (key.isEmpty()) {
            return;
        }
        // Of two replicas that start for the first time together, the second finds what the first made.
        outbox.takeTurn();
        if (Account.count() > 0) {
            return;
        }
        if (key.get().length() < SHORTEST) {
            throw new IllegalStateException("milena.bootstrap.api-key has "
                    + key.get().length() + " characters (expected: " + SHORTEST + " or more)");
        }
        boolean unrestricted = settings.unrestricted();
        var account =
                Account.create("default", !unrestricted, unrestricted ? List.of(Directory.Account.ANY_TAG) : List.of());
        var credential = Credential.createApiKey(account.id, key.get(), List.of());
        outbox.changed(account);
        outbox.changed(credential);
        LOG.infof("first start: account %s with the configured API key", account.id);
    }
}
