package io.milena.smtp;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The state of a session; each holds just what is true in it. */
public sealed interface SessionState {
    /** The client has named itself by EHLO or HELO. */
    sealed interface Known extends SessionState {
        Client client();
    }

    /**
     * A response, an answer of the platform or content is awaited: the connection holds commands back until it has
     * come.
     */
    sealed interface Held extends Known {}

    /** The client has said nothing that counts: at the start, and again after STARTTLS (RFC 3207 §4.2). */
    record Connected() implements SessionState {}

    /** No transaction is under way. */
    record Greeted(Client client) implements Known {}

    /** AUTH waits for a response line. */
    record Authenticating(Client client, SaslExchange exchange) implements Held {}

    /** AUTH waits for the salt of the user's password. */
    record AwaitingSalt(Client client, ScramExchange.Opened opened) implements Held {}

    /** AUTH waits for the platform's verdict. */
    record Verifying(Client client, Credentials login) implements Held {}

    /** MAIL was accepted; {@code refused} counts the forward-paths that were not. */
    record Originated(Client client, Command.Mail mail, int refused) implements Known {}

    /** At least one forward-path was accepted. */
    record Recipients(Client client, Transaction transaction) implements Known {}

    /** A chunk has come and another is to follow (RFC 3030). */
    record BetweenChunks(Client client, Transaction transaction) implements Known {}

    /** The content arrives, or is being stored. */
    record Receiving(Client client, Transaction transaction) implements Held {}

    /** The client as it named itself. */
    record Client(String name, boolean extended, Optional<Identity> identity) {
        Client identifiedAs(Identity proved) {
            return new Client(name, extended, Optional.of(proved));
        }
    }

    /**
     * A mail transaction (RFC 5321 §3.3): the envelope so far.
     *
     * @param submitter the identity that submits it; empty for mail to a return address, which is taken without AUTH
     * @param account the account that the mail belongs to; for mail to a return address the account that the address
     *     was issued for
     */
    record Transaction(Command.Mail mail, List<Command.Rcpt> recipients, Optional<Identity> submitter, String account) {
        public Transaction {
            recipients = List.copyOf(recipients);
        }

        /** Whether it is mail to a return address. */
        public boolean returned() {
            return submitter.isEmpty();
        }

        /**
         * Whether the mailbox is a recipient already. RFC 5321 §2.4: only its own host may say that local-parts in upper
         * and lower case are equal.
         */
        boolean isFor(ForwardPath forwardPath) {
            var mailbox = forwardPath.mailbox();
            return recipients.stream()
                    .map(recipient -> recipient.forwardPath().mailbox())
                    .anyMatch(known -> known.localPart().equals(mailbox.localPart())
                            && known.domain().equals(mailbox.domain()));
        }

        /** This transaction with one recipient more. */
        Transaction with(Command.Rcpt another) {
            return new Transaction(
                    mail, Stream.concat(recipients.stream(), Stream.of(another)).toList(), submitter, account);
        }
    }
}
