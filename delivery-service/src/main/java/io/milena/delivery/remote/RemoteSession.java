package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.topics.Recipient;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection to a remote host that is ready for mail ({@link Opening}), and any number of mail transactions over it,
 * as a client (RFC 5321, 2033, 9422). Straight-line code on the virtual thread that owns it.
 */
public final class RemoteSession implements AutoCloseable {
    // RFC 5321 §4.5.3.1.8: no host must accept more.
    private static final int RECIPIENTS_EVERYONE_TAKES = 100;

    private static final Duration QUIT_LIMIT = Duration.ofSeconds(2);

    private final Dialogue dialogue;
    private final RemoteHost remote;
    private final NextHop.Protocol protocol;
    private final Wire wire;
    private final EhloReply ehlo;
    private final ConnectionSecurity security;
    private final InetAddress localAddress;
    private int transactions;
    private boolean broken;

    RemoteSession(
            Dialogue dialogue,
            NextHop.Protocol protocol,
            EhloReply ehlo,
            ConnectionSecurity security,
            InetAddress localAddress) {
        this.dialogue = dialogue;
        this.remote = dialogue.remote();
        this.protocol = protocol;
        this.wire = dialogue.wire();
        this.ehlo = ehlo;
        this.security = security;
        this.localAddress = localAddress;
    }

    public ConnectionSecurity security() {
        return security;
    }

    /** Our address as the remote sees it, unless a router on the way changes it. */
    public InetAddress localAddress() {
        return localAddress;
    }

    public int transactions() {
        return transactions;
    }

    /** Whether another transaction may be tried. */
    public boolean usable() {
        return !broken;
    }

    /** Call it after an idle time: whether the remote has hung up meanwhile. */
    public boolean stale() {
        return broken || wire.disturbed();
    }

    /** Whether the remote wants no more transactions over it (RFC 9422 §3.1, MAILMAX). */
    public boolean exhausted() {
        return transactions >= ehlo.limit("MAILMAX").orElse(Integer.MAX_VALUE);
    }

    /** A result for each recipient; or the host broke off before it took the content. */
    public sealed interface Result permits Settled, HostFailed, ExtensionRefused {}

    public record Settled(List<RecipientResult> results) implements Result {}

    /**
     * The host refused a command or parameter of an extension that it offers, and has not taken the message: it may take
     * the message over a new connection, without the extension, which {@link RefusedExtensions} remembers.
     */
    public record ExtensionRefused(Cause cause) implements Result {}

    /** The host and not the message is the problem, and it cannot have taken the message: another host may be tried. */
    public record HostFailed(Cause cause) implements Result {}

    /**
     * Sends one message in as many transactions as its recipients need: each with as many recipients as the remote
     * accepts (RFC 5321 §4.5.3.1.10), and at most {@code mostRecipients}. Throws {@link Content.Unreadable} if the
     * content cannot be read; the session cannot be used then.
     */
    public Result send(MailTransaction mail, int mostRecipients) throws Content.Unreadable {
        if (transactions > 0) {
            // The first message uses the rest of the time of its opening.
            wire.begin(dialogue.settings().attempt());
        }
        // Content that must be converted is read before the first command.
        wire.allow(dialogue.settings().attempt());
        var unsuitable = Unsuitability.of(mail, ehlo, remote);
        var results = new ArrayList<>(unsuitable.results());
        if (unsuitable.sendable().isEmpty()) {
            return new Settled(results);
        }
        var suitable = unsuitable.sendable().get();
        int most = Math.min(mostRecipients, ehlo.limit("RCPTMAX").orElse(RECIPIENTS_EVERYONE_TAKES));
        var left = new ArrayDeque<>(suitable.recipients());
        while (!left.isEmpty()) {
            var some = new ArrayList<Recipient>();
            while (some.size() < most && !left.isEmpty()) {
                some.add(left.removeFirst());
            }
            switch (transactAfter(results.size() > unsuitable.results().size(), suitable.withRecipients(some))) {
                case HostFailed failed
                when results.size() == unsuitable.results().size() -> {
                    return failed;
                }
                case ExtensionRefused refused
                when results.size() == unsuitable.results().size() -> {
                    return refused;
                }
                case ExtensionRefused refused -> results.addAll(RecipientResult.notDelivered(some, refused.cause()));
                case HostFailed failed -> results.addAll(RecipientResult.notDelivered(some, failed.cause()));
                case Settled settled -> {
                    boolean goesOn = !broken
                            && !exhausted()
                            && settled.results().stream().anyMatch(RecipientResult.Delivered.class::isInstance);
                    for (var result : settled.results()) {
                        if (goesOn
                                && result instanceof RecipientResult.NotDelivered(var recipient, var cause)
                                && cause.tooMany()) {
                            left.addLast(recipient);
                        } else {
                            results.add(result);
                        }
                    }
                }
            }
            if (!left.isEmpty() && (broken || exhausted())) {
                results.addAll(RecipientResult.notDelivered(
                        left, new Cause.NotTried("the session with " + remote.name() + " ended before its turn")));
                left.clear();
            }
        }
        return new Settled(results);
    }

    /**
     * Recipients that an earlier transaction has served must not be served again because this one fails on our side.
     */
    private Result transactAfter(boolean others, MailTransaction mail) throws Content.Unreadable {
        try {
            return transact(mail);
        } catch (Content.Unreadable | RuntimeException e) {
            if (!others) {
                throw e;
            }
            var cause = new Cause.Broken(
                    Optional.of(remote), "4.3.0", "the rest of its recipients has to wait: " + e.getMessage());
            return new Settled(RecipientResult.notDelivered(mail.recipients(), cause));
        }
    }

    private Result transact(MailTransaction mail) throws Content.Unreadable {
        transactions++;
        var transaction = new Transaction(dialogue, protocol, ehlo, security, mail);
        // Until the end, the last write may be incomplete, and nothing can follow it.
        boolean ended = false;
        try {
            var result = transaction.run();
            ended = !transaction.sessionSpent();
            return result;
        } catch (SessionBroken e) {
            var cause = dialogue.broke(e);
            // After all of the content is sent the host may have taken it: trying the next host would send it twice.
            return transaction.inDoubt() ? transaction.doubtful(cause) : new HostFailed(cause);
        } finally {
            broken |= !ended;
        }
    }

    /** Between transactions: no deadline runs. */
    public void idle() {
        wire.idle();
    }

    /** Sends QUIT if possible, waits briefly for the answer, and closes. */
    public void quit() {
        try {
            if (!broken) {
                wire.begin(QUIT_LIMIT);
                dialogue.command("QUIT");
                wire.leave();
            }
        } catch (SessionBroken e) {
            // It is closed in any case.
        }
        close();
    }

    @Override
    public void close() {
        broken = true;
        wire.close();
    }
}
