package io.milena.ingest.login;

import io.milena.smtp.Credentials;
import io.milena.smtp.Identity;
import io.milena.smtp.Network;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.Salt;
import io.milena.smtp.Verified;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Has credentials verified by auth-service and remembers those that were good. While auth-service is away the
 * remembered ones still work; others get {@code 454}. Equal requests at one time are sent once. Clients that logged in
 * before have connections to auth-service of their own; of other addresses each may have few requests at a time.
 * Thread-safe.
 */
public final class Authenticator {
    private static final Logger LOG = Logger.getLogger(Authenticator.class);

    /** Most requests at a time from an address about users that it did not log in as before. */
    private static final int STRANGERS_PER_ADDRESS = 8;

    private final AuthClient strangers;
    private final AuthClient known;
    private final LoginCache logins;
    private final KnownClients clients = new KnownClients();
    private final Map<String, Integer> asking = new ConcurrentHashMap<>();
    private final Map<LoginCache.Key, Future<Parsed<Verified>>> underWay = new ConcurrentHashMap<>();

    /** {@code known} is for clients that logged in before: a flood of others must not fill its connections. */
    public Authenticator(AuthClient strangers, AuthClient known, LoginCache logins) {
        this.strangers = strangers;
        this.known = known;
        this.logins = logins;
    }

    /** Whether the login was verified lately, so that {@link #verify} needs nobody. */
    public boolean remembers(Credentials login) {
        return login instanceof Credentials.Password(var username, var secret)
                && logins.get(logins.key(LoginCache.Kind.PASSWORD, username, secret))
                        .isPresent();
    }

    /** The verified identity, or the reply that refuses the login. Never fails. */
    public Future<Parsed<Verified>> verify(Credentials login, String address) {
        var username = login.username();
        return verdict(login, new Client(address, clients.knows(address, username)))
                .onSuccess(verdict -> {
                    switch (verdict) {
                        case Parsed.Good<Verified> good -> clients.learn(address, username);
                        case Parsed.Bad<Verified>(var reply) -> {
                            if (reply.equals(Replies.AUTH_FAILED)) {
                                clients.forget(address, username);
                            }
                        }
                    }
                });
    }

    private record Client(String address, boolean known) {}

    private Future<Parsed<Verified>> verdict(Credentials login, Client client) {
        return switch (login) {
            case Credentials.Password(var username, var secret) ->
                remembered(
                        logins.key(LoginCache.Kind.PASSWORD, username, secret),
                        "/internal/v1/verify",
                        new JsonObject().put("username", username).put("password", secret),
                        username,
                        client);
            case Credentials.Certificate(var fingerprint) ->
                remembered(
                        logins.key(LoginCache.Kind.CERTIFICATE, fingerprint, ""),
                        "/internal/v1/verify/certificate",
                        new JsonObject().put("fingerprint", fingerprint),
                        fingerprint,
                        client);
            case Credentials.Bearer(var username, var token) ->
                ask(
                        "/internal/v1/verify/token",
                        new JsonObject().put("username", username).put("token", token),
                        username,
                        client);
            // Each proof is different: it cannot be remembered.
            case Credentials.ScramProof proof ->
                ask(
                        "/internal/v1/scram/verify",
                        new JsonObject()
                                .put("username", proof.username())
                                .put("authMessage", proof.authMessage())
                                .put("proof", proof.proof()),
                        proof.username(),
                        client);
        };
    }

    private Future<Parsed<Verified>> remembered(
            LoginCache.Key key, String path, JsonObject body, String username, Client client) {
        var known = logins.get(key);
        if (known.isPresent()) {
            return Future.succeededFuture(Parsed.good(new Verified(known.get(), Optional.empty())));
        }
        var running = underWay.get(key);
        if (running != null) {
            return running;
        }
        var asked = ask(path, body, username, client).onSuccess(verdict -> {
            if (verdict instanceof Parsed.Good<Verified>(var verified)) {
                logins.put(key, verified.identity());
            }
        });
        underWay.put(key, asked);
        return asked.onComplete(verdict -> underWay.remove(key, asked));
    }

    /** The salt of a user's password; a made-up salt if there is no such user. Never fails. */
    public Future<Parsed<Salt>> salt(String username, String address) {
        var client = clients.knows(address, username) ? known : strangers;
        return client.post("/internal/v1/scram/salt", new JsonObject().put("username", username))
                .map(answer -> answer.status() == 200
                        ? Parsed.good(new Salt(
                                answer.json().getString("salt"), answer.json().getInteger("iterations")))
                        : Authenticator.<Salt>unavailable("status " + answer.status()))
                .recover(Authenticator::unreachable);
    }

    private Future<Parsed<Verified>> ask(String path, JsonObject body, String username, Client client) {
        if (client.known()) {
            // Releases of auth-service without lanes ignore the parameter.
            return answered(known.post(path + "?known=true", body), username);
        }
        if (asking.merge(client.address(), 1, Integer::sum) > STRANGERS_PER_ADDRESS) {
            left(client.address());
            return Future.succeededFuture(Parsed.bad(Replies.AUTH_UNAVAILABLE));
        }
        return answered(strangers.post(path, body), username).onComplete(verdict -> left(client.address()));
    }

    private void left(String address) {
        asking.computeIfPresent(address, (key, number) -> number > 1 ? number - 1 : null);
    }

    private static Future<Parsed<Verified>> answered(Future<AuthClient.Answer> answer, String username) {
        return answer.map(found -> verdict(username, found)).recover(Authenticator::unreachable);
    }

    private static <T> Future<Parsed<T>> unreachable(Throwable failure) {
        LOG.warnf("auth-service does not answer: %s", failure.getMessage());
        return Future.succeededFuture(Parsed.bad(Replies.AUTH_UNAVAILABLE));
    }

    private static Parsed<Verified> verdict(String username, AuthClient.Answer answer) {
        try {
            return switch (answer.status()) {
                case 200 -> {
                    var json = answer.json();
                    var account = json.getString("account", "");
                    var credential = json.getString("credential", "");
                    yield account.isEmpty() || credential.isEmpty()
                            ? unavailable("an answer without account or credential")
                            : Parsed.good(new Verified(
                                    new Identity(account, credential, username, networks(json)),
                                    Optional.ofNullable(json.getString("serverFinal"))));
                }
                // 400: longer than any user name or secret.
                case 400, 401 -> Parsed.bad(Replies.AUTH_FAILED);
                case 403 ->
                    "suspended".equals(answer.json().getString("code"))
                            ? Parsed.bad(Replies.ACCOUNT_DISABLED)
                            : unavailable("status 403: is milena.auth.service-token the same on both sides?");
                default -> unavailable("status " + answer.status());
            };
        } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
            return unavailable("an answer that is no JSON object");
        }
    }

    private static List<Network> networks(JsonObject json) {
        return json.getJsonArray("networks", new JsonArray()).stream()
                .map(cidr -> Network.parse((String) cidr))
                .toList();
    }

    private static <T> Parsed<T> unavailable(String why) {
        Reply reply = Replies.AUTH_UNAVAILABLE;
        LOG.warnf("auth-service answered with %s", why);
        return Parsed.bad(reply);
    }
}
