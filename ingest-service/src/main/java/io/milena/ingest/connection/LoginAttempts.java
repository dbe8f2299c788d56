package io.milena.ingest.connection;

import io.milena.ingest.login.AuthFailures;
import io.milena.ingest.login.Authenticator;
import io.milena.smtp.Credentials;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Salt;
import io.milena.smtp.SessionPolicy;
import io.milena.smtp.Verified;
import io.vertx.core.Context;
import java.net.InetAddress;
import java.util.function.Consumer;

/**
 * Logins over one connection: verified, checked against the networks of their credentials, and answered on the
 * connection's event loop. Each failure delays the next answer longer; after many for a user, its secret is not looked
 * at for a while unless it was right lately.
 */
final class LoginAttempts {
    private final Authenticator authenticator;
    private final AuthFailures failures;
    private final SessionPolicy policy;
    private final InetAddress address;
    private final Context context;

    LoginAttempts(
            Authenticator authenticator,
            AuthFailures failures,
            SessionPolicy policy,
            InetAddress address,
            Context context) {
        this.authenticator = authenticator;
        this.failures = failures;
        this.policy = policy;
        this.address = address;
        this.context = context;
    }

    void salt(String username, Consumer<Parsed<Salt>> found) {
        authenticator.salt(username, remote()).onSuccess(salt -> context.runOnContext(ignored -> found.accept(salt)));
    }

    void verify(Credentials login, Consumer<Parsed<Verified>> answer) {
        if (failures.locked(remote(), login.username()) && !authenticator.remembers(login)) {
            EventLog.authFailed(login.username(), Replies.AUTH_FAILED, remote());
            context.owner().setTimer(wait(login), timer -> answer.accept(Parsed.bad(Replies.AUTH_FAILED)));
            return;
        }
        authenticator
                .verify(login, remote())
                .map(this::fromHere)
                .otherwise(Parsed.bad(Replies.AUTH_UNAVAILABLE))
                .onSuccess(verdict -> context.runOnContext(ignored -> {
                    switch (verdict) {
                        case Parsed.Good<Verified>(var verified) -> {
                            EventLog.authenticated(verified.identity(), remote());
                            answer.accept(verdict);
                        }
                        case Parsed.Bad<Verified>(var reply) -> {
                            EventLog.authFailed(login.username(), reply, remote());
                            if (reply.equals(Replies.AUTH_FAILED)) {
                                failures.wrong(remote(), login.username());
                            }
                            context.owner().setTimer(wait(login), timer -> answer.accept(verdict));
                        }
                    }
                }));
    }

    private long wait(Credentials login) {
        return Math.max(1, failures.next(remote(), login.username()).toMillis());
    }

    /** A client that tries a right secret from a wrong network does not learn that it is right. */
    private Parsed<Verified> fromHere(Parsed<Verified> verdict) {
        if (verdict instanceof Parsed.Good<Verified>(var verified)
                && policy.refuses(verified.identity(), address)
                        .filter(Replies.NETWORK_NOT_ALLOWED::equals)
                        .isPresent()) {
            EventLog.notFromHere(verified.identity(), remote());
            return Parsed.bad(Replies.AUTH_FAILED);
        }
        return verdict;
    }

    private String remote() {
        return address.getHostAddress();
    }
}
