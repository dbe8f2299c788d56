package io.milena.smtp;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The rules for MAIL: whether this client may submit now, and whether the server can do what the parameters ask for.
 * Confined to its session's thread.
 */
final class MailRules {
    private final SessionLimits limits;
    private final SessionPolicy policy;
    private final InstantSource clock;
    private final InetAddress address;

    MailRules(SessionLimits limits, SessionPolicy policy, InstantSource clock, InetAddress address) {
        this.limits = limits;
        this.policy = policy;
        this.clock = clock;
        this.address = address;
    }

    /** The reply that refuses the command, if a rule does; the first one counts. */
    Optional<Reply> refusal(SessionState.Client client, Command.Mail mail, boolean tls) {
        return submitter(client, mail, tls)
                .or(() -> parameters(client, mail.parameters(), tls))
                .or(() -> international(mail));
    }

    private Optional<Reply> submitter(SessionState.Client client, Command.Mail mail, boolean tls) {
        if (client.identity().isEmpty()) {
            // Mail to a return address needs no AUTH; the forward-path will tell.
            return policy.issuesReturnAddresses()
                    ? Optional.empty()
                    : Optional.of(Replies.authRequired(limits.permitsAuth(tls)));
        }
        var identity = client.identity().get();
        return policy.refuses(identity, address).or(() -> policy.refuses(identity, mail.reversePath()));
    }

    private Optional<Reply> parameters(SessionState.Client client, MailParameters parameters, boolean tls) {
        // RFC 8689 §2: what was not offered is not known.
        if (parameters.requireTls() && !tls) {
            return Optional.of(Replies.PARAMETER_UNKNOWN);
        }
        // AUTH cannot follow in this transaction: without a login it is for a return address.
        if (parameters.size().orElse(0) > limits.maxContent(client.identity().isEmpty())) {
            return Optional.of(Replies.TOO_BIG);
        }
        var now = clock.instant();
        var release = parameters.release().map(wish -> wish.at(now)).filter(instant -> instant.isAfter(now));
        if (release.filter(instant -> instant.isAfter(now.plus(limits.longestHold())))
                .isPresent()) {
            return Optional.of(Replies.HELD_TOO_LONG);
        }
        var deadline = parameters.deliverBy().map(wish -> wish.at(now));
        return deadline.isPresent()
                        && release.filter(instant -> !instant.isBefore(deadline.get()))
                                .isPresent()
                ? Optional.of(Replies.HELD_PAST_DEADLINE)
                : Optional.empty();
    }

    private static Optional<Reply> international(Command.Mail mail) {
        boolean utf8 = mail.reversePath().mailbox().map(Mailbox::utf8).orElse(false);
        return utf8 && !mail.parameters().smtpUtf8() ? Optional.of(Replies.NEEDS_SMTPUTF8) : Optional.empty();
    }
}
