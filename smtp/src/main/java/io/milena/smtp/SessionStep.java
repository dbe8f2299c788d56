package io.milena.smtp;

/** What the connection has to do next. */
public sealed interface SessionStep {
    Reply reply();

    /** Send the reply; read on. */
    record Answer(Reply reply) implements SessionStep {}

    /** Send the reply, then negotiate TLS, with nothing that has been read so far, and say so by {@link SmtpSession#tlsStarted}. */
    record StartTls(Reply reply) implements SessionStep {}

    /** Send the reply; what follows is content, until {@link SmtpSession#contentEnded}. */
    record ReceiveContent(Reply reply, SessionState.Client client, SessionState.Transaction transaction)
            implements SessionStep {}

    /**
     * A chunk follows: part of a message that has begun if {@code first} is not set. Then {@link SmtpSession#chunkEnded}, or at the end of
     * the last, or when the message is refused, {@link SmtpSession#contentEnded}. The reply is for a chunk that all is well with.
     */
    record ReceiveChunk(
            Reply reply,
            SessionState.Client client,
            SessionState.Transaction transaction,
            long size,
            boolean last,
            boolean first)
            implements SessionStep {}

    /** Read a chunk of so many octets and forget it, then send the reply: commands begin only behind it. */
    record DiscardChunk(Reply reply, long size) implements SessionStep {}

    /** Have the login verified and answer by {@link SmtpSession#verified}; the reply is for a verifier that has no answer. */
    record Verify(Login login) implements SessionStep {
        @Override
        public Reply reply() {
            return Replies.AUTH_UNAVAILABLE;
        }
    }

    /** Have the user's salt looked up and answer by {@link SmtpSession#saltFound}; the reply is for when there is no answer. */
    record FindSalt(String username) implements SessionStep {
        @Override
        public Reply reply() {
            return Replies.AUTH_UNAVAILABLE;
        }
    }

    /** Send the reply and close. */
    record Hangup(Reply reply) implements SessionStep {}
}
