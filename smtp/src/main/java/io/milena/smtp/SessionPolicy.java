package io.milena.smtp;

import java.net.InetAddress;
import java.util.Optional;

/** What a session asks of the platform it serves. Answers come from memory: this never blocks. */
public interface SessionPolicy {
    /** The reply that refuses mail from this identity, at this address, now; if there is one. */
    Optional<Reply> refuses(Identity identity, InetAddress address);

    /** The reply that refuses this identity mail with this reverse-path. */
    Optional<Reply> refuses(Identity identity, ReversePath reversePath);

    /** Whether there are return addresses at all: mail that anyone may send. */
    boolean issuesReturnAddresses();

    /** The account that the platform issued this return address for, if it did. */
    Optional<String> accountOfReturnAddress(Mailbox forwardPath);
}
