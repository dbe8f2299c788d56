package io.milena.smtp;

import java.util.List;
import java.util.Optional;

/** Where a session stands; each state holds just what is true in it. */
public sealed interface SessionState {
    /** The client has said nothing that counts: at the start, and again after STARTTLS (RFC 3207 §4.2). */
    record Connected() implements SessionState {}

    /** The client has named itself. */
    record Greeted(Client client) implements SessionState {}

    /** AUTH waits for a response line. */
    record Authenticating(Client client, SaslExchange exchange) implements SessionState {}

    /** AUTH waits for the salt of the user's password. */
    record AwaitingSalt(Client client, ScramExchange.Opened opened) implements SessionState {}

    /** AUTH waits for the platform's verdict. */
    record Verifying(Client client, Login login) implements SessionState {}

    /** MAIL was accepted; {@code refused} counts the forward-paths that were not. */
    record Originated(Client client, Command.Mail mail, int refused) implements SessionState {}

    /** At least one forward-path was accepted. */
    record Recipients(Client client, Transaction transaction) implements SessionState {}

    /** A chunk has come and another is to follow (RFC 3030). */
    record BetweenChunks(Client client, Transaction transaction) implements SessionState {}

    /** The content arrives, or is being stored. */
    record Receiving(Client client, Transaction transaction) implements SessionState {}

    /** The client as it named itself. */
    record Client(String name, boolean extended, Optional<Identity> identity) {}

    /**
     * A mail transaction: the envelope so far.
     *
     * @param submitter who submits it; nobody for mail to a return address, which is taken without AUTH
     * @param account whose mail it is; for mail to a return address the account that the address was issued for
     */
    record Transaction(Command.Mail mail, List<Command.Rcpt> recipients, Optional<Identity> submitter, String account) {
        /** Whether it is mail to a return address. */
        public boolean returned() {
            return submitter.isEmpty();
        }
    }
}
