package io.milena.ingest.quota;

import io.milena.ingest.login.AuthClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Leases from auth-service, in the name of this process. Thread-safe. */
public final class AuthLeases implements Leases {
    private static final Logger LOG = Logger.getLogger(AuthLeases.class);

    private static final Duration WARNING_INTERVAL = Duration.ofSeconds(10);

    private final AuthClient client;
    private final AtomicLong warned = new AtomicLong();
    private final String replica = UUID.randomUUID().toString();

    public AuthLeases(AuthClient client) {
        this.client = client;
    }

    @Override
    public Future<Grant> ask(Wish wish) {
        var body = new JsonObject()
                .put("account", wish.account())
                .put("measure", wish.measure().name().toLowerCase(Locale.ROOT))
                .put("replica", replica)
                .put("sequence", wish.sequence())
                .put("period", wish.period())
                .put("held", wish.held())
                .put("wanted", wish.wanted());
        return client.post("/internal/v1/leases", body)
                .map(AuthLeases::grant)
                .onFailure(failure -> warn(wish.account(), failure));
    }

    /** Logged once in a while: with auth-service away, each message of an account with limits fails here. */
    private void warn(String account, Throwable failure) {
        long now = System.nanoTime();
        long last = warned.get();
        if ((last == 0 || now - last > WARNING_INTERVAL.toNanos()) && warned.compareAndSet(last, now)) {
            LOG.warnf("no lease for account %s: %s", account, failure.getMessage());
        }
    }

    private static Grant grant(AuthClient.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("auth-service answered with status " + answer.status());
        }
        var json = answer.json();
        return new Grant(
                json.getLong("held"), json.getLong("target"), json.getLong("millis"), json.getString("period", ""));
    }
}
