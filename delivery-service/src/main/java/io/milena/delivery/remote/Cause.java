package io.milena.delivery.remote;

import io.milena.delivery.tls.TlsFailure;
import io.milena.smtp.EnhancedStatusCode;
import io.milena.smtp.Reply;
import java.util.Optional;

/** Why a recipient was not served: the actual words of the remote or the network, kept until a DSN quotes them. */
public sealed interface Cause {
    /** Enhanced status code: the remote's own if it gave one. */
    String status();

    /** A sentence for a person. */
    String explanation();

    /** Whether a later attempt cannot succeed. */
    boolean permanent();

    /**
     * Whether the recipient was one too many for a transaction, so that another transaction may serve it at once (RFC
     * 5321 §4.5.3.1.10).
     */
    default boolean tooMany() {
        return false;
    }

    default Optional<RemoteHost> host() {
        return Optional.empty();
    }

    default Optional<Reply> said() {
        return Optional.empty();
    }

    /** How the connection was secured, if there was one. */
    default Optional<ConnectionSecurity> connection() {
        return Optional.empty();
    }

    /** The remote refused a command. */
    record Replied(RemoteHost remote, String command, Reply reply, ConnectionSecurity security) implements Cause {
        @Override
        public String status() {
            return reply.status()
                    .map(EnhancedStatusCode::toString)
                    // A cause that is retried must not have a permanent status.
                    .map(status -> permanent() ? status : status.replaceFirst("^5", "4"))
                    .orElse((permanent() ? "5" : "4") + (command.startsWith("RCPT") && permanent() ? ".1.1" : ".0.0"));
        }

        @Override
        public String explanation() {
            return "host " + remote.name() + " said: " + reply.quoted() + " (in reply to " + command + ")";
        }

        @Override
        public boolean permanent() {
            return reply.permanentFailure() && !(reply.code() == 552 && tooMany());
        }

        @Override
        public boolean tooMany() {
            // RFC 5321 §4.5.3.1.10: 552 to RCPT counts as 452, unless its status says otherwise.
            boolean code = reply.code() == 452 || reply.code() == 552;
            // RFC 3463 §3.6: X.5.3; without a status the code alone decides, although 452 means a full disk too.
            return command.startsWith("RCPT")
                    && code
                    && reply.status()
                            .map(status -> status.toString().endsWith(".5.3"))
                            .orElse(true);
        }

        @Override
        public Optional<RemoteHost> host() {
            return Optional.of(remote);
        }

        @Override
        public Optional<Reply> said() {
            return Optional.of(reply);
        }

        @Override
        public Optional<ConnectionSecurity> connection() {
            return Optional.of(security);
        }
    }

    /** DNS or policy gives no host. */
    record NoRoute(String status, String explanation) implements Cause {
        @Override
        public boolean permanent() {
            return status.startsWith("5");
        }
    }

    /** No conversation began, or it broke off: connection refused, timed out, dropped, not SMTP. */
    record Broken(Optional<RemoteHost> host, String status, String explanation) implements Cause {
        @Override
        public boolean permanent() {
            return false;
        }
    }

    /** The connection cannot be secured as a policy requires. */
    record Insecure(Optional<RemoteHost> host, String status, String policy, TlsFailure failure) implements Cause {
        @Override
        public String explanation() {
            return failure.explanation() + " (policy " + policy + ": " + failure.type() + ")";
        }

        @Override
        public Optional<ConnectionSecurity> connection() {
            return Optional.of(new ConnectionSecurity(Optional.empty(), policy, Optional.of(failure)));
        }

        @Override
        public boolean permanent() {
            return status.startsWith("5");
        }
    }

    /** The message cannot go over this hop in its form. */
    record Unsuitable(RemoteHost remote, String status, String explanation) implements Cause {
        @Override
        public boolean permanent() {
            return true;
        }

        @Override
        public Optional<RemoteHost> host() {
            return Optional.of(remote);
        }
    }

    /** A DKIM key of the From domain cannot be used, and mail is not sent without its signature. */
    record Unsigned(String domain, String problem) implements Cause {
        @Override
        public String status() {
            // RFC 3463 §3.8: X.7.5, cryptographic failure: a key was not available, or was invalid.
            return "4.7.5";
        }

        @Override
        public String explanation() {
            return "it cannot be signed for " + domain + ": " + problem;
        }

        @Override
        public boolean permanent() {
            return false;
        }
    }

    /** The recipient is on its account's suppression list. */
    record Suppressed() implements Cause {
        @Override
        public String status() {
            return "5.7.1";
        }

        @Override
        public String explanation() {
            return "the address is on the account's suppression list";
        }

        @Override
        public boolean permanent() {
            return true;
        }
    }

    /** An order of an operator or a rule. */
    record Ordered(String status, String explanation) implements Cause {
        @Override
        public boolean permanent() {
            return status.startsWith("5");
        }
    }

    /** No attempt was made. */
    sealed interface Untried extends Cause {
        @Override
        default String status() {
            return "4.4.1";
        }

        @Override
        default boolean permanent() {
            return false;
        }
    }

    /** Not tried: no address of ours may send it, by orders. */
    record NoSource(String explanation) implements Untried {}

    /** Not tried: the destination rests, or has too much waiting mail. */
    record NotTried(String explanation) implements Untried {}
}
