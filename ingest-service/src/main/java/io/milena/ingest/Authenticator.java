package io.milena.ingest;

import io.milena.smtp.Identity;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Has logins verified by auth-service and remembers those that were good. While auth-service is away those go on; others hear
 * {@code 454}. The same login asked for many times at once is asked once. Thread-safe.
 */
final class Authenticator {
    private static final Logger LOG = Logger.getLogger(Authenticator.class);

    private final AuthClient client;
    private final LoginCache logins;
    private final Map<LoginCache.Key, Future<Parsed<Identity>>> underWay = new ConcurrentHashMap<>();

    Authenticator(AuthClient client, LoginCache logins) {
        this.client = client;
        this.logins = logins;
    }

    /** The identity, or the reply that refuses the login. Never fails. */
    Future<Parsed<Identity>> verify(String username, String secret) {
        var key = logins.key(username, secret);
        var known = logins.get(key);
        if (known.isPresent()) {
            return Future.succeededFuture(Parsed.good(known.get()));
        }
        var running = underWay.get(key);
        if (running != null) {
            return running;
        }
        var asked = ask(username, secret).onSuccess(verdict -> {
            if (verdict instanceof Parsed.Good<Identity>(var identity)) {
                logins.put(key, identity);
            }
        });
        underWay.put(key, asked);
        return asked.onComplete(verdict -> underWay.remove(key, asked));
    }

    private Future<Parsed<Identity>> ask(String username, String secret) {
        var body = new JsonObject().put("username", username).put("password", secret);
        return client.post("/internal/v1/verify", body)
                .map(answer -> verdict(username, answer))
                .recover(failure -> {
                    LOG.warnf("auth-service cannot be asked: %s", failure.getMessage());
                    return Future.succeededFuture(Parsed.bad(Replies.AUTH_UNAVAILABLE));
                });
    }

    private static Parsed<Identity> verdict(String username, AuthClient.Answer answer) {
        try {
            return switch (answer.status()) {
                case 200 -> {
                    var json = answer.json();
                    var account = json.getString("account", "");
                    var credential = json.getString("credential", "");
                    yield account.isEmpty() || credential.isEmpty()
                            ? unavailable("an answer without account or credential")
                            : Parsed.good(new Identity(account, credential, username));
                }
                case 401 -> Parsed.bad(Replies.AUTH_FAILED);
                case 403 ->
                    "suspended".equals(answer.json().getString("code"))
                            ? Parsed.bad(Replies.ACCOUNT_DISABLED)
                            : unavailable("status 403: is milena.auth.service-token the same on both sides?");
                default -> unavailable("status " + answer.status());
            };
        } catch (DecodeException | ClassCastException e) {
            return unavailable("an answer that is no JSON object");
        }
    }

    private static Parsed<Identity> unavailable(String why) {
        Reply reply = Replies.AUTH_UNAVAILABLE;
        LOG.warnf("auth-service answered with %s", why);
        return Parsed.bad(reply);
    }
}
