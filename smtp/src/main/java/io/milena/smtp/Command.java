package io.milena.smtp;

import java.util.Optional;

/**
 * A command line (RFC 5321 §4.1.1); {@link Unparsed} is a line that is no legal command, with the reply that it gets.
 */
public sealed interface Command {
    record Helo(String clientName) implements Command {}

    record Ehlo(String clientName) implements Command {}

    record Mail(ReversePath reversePath, MailParameters parameters) implements Command {}

    record Rcpt(ForwardPath forwardPath, RcptParameters parameters) implements Command {
        /** Names of the members, all keywords of NOTIFY, and what JSON puts around them. */
        private static final int MEMBERS = 100;

        /** Octets of JSON that the recipient takes of an envelope, at most. */
        int octets() {
            return MEMBERS
                    + escaped(forwardPath.toString())
                    + parameters.originalRecipient().map(Rcpt::escaped).orElse(0);
        }

        private static int escaped(String text) {
            int octets = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || Character.isSurrogate(c)) {
                    octets += 6;
                } else if (c < 0x80) {
                    octets += c == '"' || c == '\\' ? 2 : 1;
                } else {
                    octets += c < 0x800 ? 2 : 3;
                }
            }
            return octets;
        }
    }

    record Data() implements Command {}

    /** RFC 3030 §2: a chunk of {@code size} octets follows the line. */
    record Bdat(long size, boolean last) implements Command {}

    /**
     * BDAT with an unreadable size: the end of its chunk is unknown, so nothing that follows can be read as a command.
     */
    record UnreadableBdat() implements Command {}

    record Rset() implements Command {}

    record Noop() implements Command {}

    record Quit() implements Command {}

    record Vrfy() implements Command {}

    record Expn() implements Command {}

    record Help() implements Command {}

    /** RFC 3207. */
    record StartTls() implements Command {}

    /** RFC 4954; the mechanism in upper case; an initial response of {@code =} is the empty one. */
    record Auth(String mechanism, Optional<String> initialResponse) implements Command {
        /** Leaves the response out: a secret never reaches a log. */
        @Override
        public String toString() {
            return "Auth[mechanism=" + mechanism + "]";
        }
    }

    record Unparsed(Reply reply) implements Command {}
}
