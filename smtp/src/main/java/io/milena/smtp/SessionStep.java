package io.milena.smtp;

/** The connection's next action. */
public sealed interface SessionStep {
    Reply reply();

    /** Send the reply; read on. */
    record Answer(Reply reply) implements SessionStep {}

    /**
     * Send the reply, then negotiate TLS, without anything that was read so far, and call {@link
     * SmtpSession#tlsStarted}.
     */
    record StartTls(Reply reply) implements SessionStep {}

    /** Send the reply; content follows, until {@link SmtpSession#contentEnded}. */
    record ReceiveContent(Reply reply, SessionState.Client client, SessionState.Transaction transaction)
            implements SessionStep {}

    /**
     * A chunk follows: part of a message that has begun if {@code first} is not set. Then {@link
     * SmtpSession#chunkEnded}, or at the end of the last, or when the message is refused, {@link
     * SmtpSession#contentEnded}. The reply is for a chunk that is accepted.
     */
    record ReceiveChunk(
            Reply reply,
            SessionState.Client client,
            SessionState.Transaction transaction,
            long size,
            boolean last,
            boolean first)
            implements SessionStep {}

    /** Read past a chunk of {@code size} octets, then send the reply: commands begin only behind the chunk. */
    record DiscardChunk(Reply reply, long size) implements SessionStep {}

    /**
     * Have the credentials verified and answer by {@link SmtpSession#verified}; the reply is for the case that nobody
     * can verify them.
     */
    record Verify(Credentials login) implements SessionStep {
        @Override
        public Reply reply() {
            return Replies.AUTH_UNAVAILABLE;
        }
    }

    /**
     * Have the user's salt looked up and answer by {@link SmtpSession#saltFound}; the reply is for the case that nobody
     * can look it up.
     */
    record FindSalt(String username) implements SessionStep {
        @Override
        public Reply reply() {
            return Replies.AUTH_UNAVAILABLE;
        }
    }

    /** Send the reply and close. */
    record Hangup(Reply reply) implements SessionStep {}
}
