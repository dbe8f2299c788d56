package io.milena.smtp;

import java.net.InetAddress;
import java.util.Optional;

/** The questions that a session asks the platform. Answers come from memory: no method blocks. */
public interface SessionPolicy {
    /** The reply that refuses mail from this identity at this address now; empty if it may send. */
    Optional<Reply> refuses(Identity identity, InetAddress address);

    /** The reply that refuses this reverse-path to this identity; empty if it may use it. */
    Optional<Reply> refuses(Identity identity, ReversePath reversePath);

    /** Whether the platform issues return addresses, to which anyone may send. */
    boolean issuesReturnAddresses();

    /** The account that this return address was issued for; empty if it is none. */
    Optional<String> accountOfReturnAddress(Mailbox forwardPath);
}
