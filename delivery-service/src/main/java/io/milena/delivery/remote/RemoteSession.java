package io.milena.delivery.remote;

import io.milena.smtp.DotStuffing;
import io.milena.smtp.EhloReply;
import io.milena.smtp.Reply;
import io.milena.topics.Recipient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A connection to a remote host that is ready for mail ({@link Opening}), and any number of mail transactions over it, as a client (RFC 5321,
 * 2920, 3461, 1870, 2852, 9422): straight-line code on the virtual thread that owns it. A {@link SessionBroken} ends it.
 */
public final class RemoteSession implements AutoCloseable {
    // RFC 5321 §4.5.3.1.8: nobody has to take more.
    private static final int RECIPIENTS_EVERYONE_TAKES = 100;

    private static final Duration QUIT_LIMIT = Duration.ofSeconds(2);

    private final Dialogue dialogue;
    private final RemoteHost remote;
    private final SessionSettings settings;
    private final Wire wire;
    private final EhloReply ehlo;
    private final String tls;
    private int transactions;
    private boolean broken;

    /** {@code tls} tells protocol and cipher; empty in clear. */
    RemoteSession(Dialogue dialogue, EhloReply ehlo, String tls) {
        this.dialogue = dialogue;
        this.remote = dialogue.remote();
        this.settings = dialogue.settings();
        this.wire = dialogue.wire();
        this.ehlo = ehlo;
        this.tls = tls;
    }

    public RemoteHost remote() {
        return remote;
    }

    public int transactions() {
        return transactions;
    }

    /** Whether another transaction may be tried. */
    public boolean usable() {
        return !broken;
    }

    /** To be asked after an idle time: whether the remote has hung up meanwhile. */
    public boolean stale() {
        return broken || wire.disturbed();
    }

    /** Whether the remote wants no more transactions over it (RFC 9422 §3.1, MAILMAX). */
    public boolean exhausted() {
        return transactions >= ehlo.limit("MAILMAX").orElse(Integer.MAX_VALUE);
    }

    /** What the transaction came to, a result for each recipient; or that the host broke off before it took the content. */
    public sealed interface Result permits Settled, HostFailed {}

    public record Settled(List<RecipientResult> results) implements Result {}

    /** The host and not the message is at fault, and it can't have taken the message: another host may be tried. */
    public record HostFailed(Cause cause) implements Result {}

    /**
     * One message, in as many transactions as its recipients need: as many at a time as the remote takes, and the rest at once in another (RFC 5321
     * §4.5.3.1.10). Throws {@link Content.Unreadable} if the content can't be read; the session is broken then.
     */
    public Result send(MailTransaction mail) throws Content.Unreadable {
        int most = ehlo.limit("RCPTMAX").orElse(RECIPIENTS_EVERYONE_TAKES);
        var left = new ArrayDeque<>(mail.recipients());
        var results = new ArrayList<RecipientResult>();
        while (!left.isEmpty()) {
            var some = new ArrayList<Recipient>();
            while (some.size() < most && !left.isEmpty()) {
                some.add(left.removeFirst());
            }
            switch (transact(mail.withRecipients(some))) {
                case HostFailed failed
                when results.isEmpty() -> {
                    return failed;
                }
                case HostFailed failed -> results.addAll(undelivered(some, failed.cause()));
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
                results.addAll(undelivered(
                        left, new Cause.NotTried("the session with " + remote.name() + " ended before its turn")));
                left.clear();
            }
        }
        return new Settled(results);
    }

    private Result transact(MailTransaction mail) throws Content.Unreadable {
        transactions++;
        var unsuitable = unsuitable(mail);
        if (unsuitable.isPresent()) {
            return all(mail, unsuitable.get());
        }
        try {
            return ehlo.offers("PIPELINING") ? pipelined(mail) : stepwise(mail);
        } catch (SessionBroken e) {
            broken = true;
            var cause = dialogue.broke(e);
            // After the final dot the host may have taken it: whoever asks the next host sends it twice.
            return e.stage().equals("final dot") ? all(mail, cause) : new HostFailed(cause);
        }
    }

    private Optional<Cause> unsuitable(MailTransaction mail) {
        OptionalLong limit = ehlo.sizeLimit();
        if (limit.isPresent() && mail.content().size() > limit.getAsLong()) {
            return Optional.of(new Cause.Unsuitable(
                    remote,
                    "5.3.4",
                    "the message has " + mail.content().size() + " octets, " + remote.name() + " takes "
                            + limit.getAsLong()));
        }
        if (mail.smtpUtf8() && !ehlo.offers("SMTPUTF8")) {
            return Optional.of(new Cause.Unsuitable(
                    remote, "5.6.7", remote.name() + " does not take internationalized addresses (SMTPUTF8)"));
        }
        return mail.timeLeft().flatMap(left -> left.unsuitable(remote, ehlo));
    }

    /** MAIL, all RCPT and DATA in one segment (RFC 2920 §3.1). */
    private Result pipelined(MailTransaction mail) throws SessionBroken, Content.Unreadable {
        wire.allow(settings.command());
        try {
            wire.line(mailFrom(mail));
            for (var recipient : mail.recipients()) {
                wire.line(rcptTo(mail, recipient));
            }
            wire.line("DATA");
        } catch (IOException e) {
            throw wire.broken("MAIL", e);
        }
        wire.flush("MAIL");
        var from = wire.reply("MAIL");
        var accepted = new ArrayList<Reply>();
        for (int i = 0; i < mail.recipients().size(); i++) {
            wire.allow(settings.command());
            accepted.add(wire.reply("RCPT"));
        }
        wire.allow(settings.data());
        var data = wire.reply("DATA");
        if (from.code() == 421 || data.code() == 421) {
            broken = true;
            return new HostFailed(dialogue.hostRefused("MAIL", from.code() == 421 ? from : data));
        }
        if (!from.positive()) {
            return finishRefused(mail, data, new Cause.Replied(remote, "MAIL", from));
        }
        boolean someone = accepted.stream().anyMatch(Reply::positive);
        if (data.code() == 354 && !someone) {
            // RFC 2920 §3.1: the server took DATA although no recipient stands; it gets an empty message.
            wire.allow(settings.finalDot());
            end();
            wire.reply("empty final dot");
            return settled(mail, accepted, RemoteSession::nobody);
        }
        if (data.code() != 354) {
            return dataRefused(mail, accepted, data);
        }
        return content(mail, accepted);
    }

    /** Whatever a host says to DATA but 354, it has no content: even 250 is no promise. */
    private Result dataRefused(MailTransaction mail, List<Reply> accepted, Reply data) throws SessionBroken {
        reset();
        return settled(mail, accepted, recipient -> new RecipientResult.NotDelivered(recipient, judged("DATA", data)));
    }

    private Result finishRefused(MailTransaction mail, Reply data, Cause cause) throws SessionBroken {
        if (data.code() == 354) {
            wire.allow(settings.finalDot());
            end();
            wire.reply("empty final dot");
        }
        reset();
        return all(mail, cause);
    }

    private void end() throws SessionBroken {
        try {
            new DotStuffing(wire.output()).finish();
        } catch (IOException e) {
            throw wire.broken("DATA", e);
        }
        wire.flush("DATA");
    }

    private Result stepwise(MailTransaction mail) throws SessionBroken, Content.Unreadable {
        var from = dialogue.command(mailFrom(mail));
        if (from.code() == 421) {
            broken = true;
            return new HostFailed(dialogue.hostRefused("MAIL", from));
        }
        if (!from.positive()) {
            reset();
            return all(mail, new Cause.Replied(remote, "MAIL", from));
        }
        var accepted = new ArrayList<Reply>();
        for (var recipient : mail.recipients()) {
            var reply = dialogue.command(rcptTo(mail, recipient));
            accepted.add(reply);
            if (reply.code() == 421) {
                broken = true;
                return new HostFailed(dialogue.hostRefused("RCPT", reply));
            }
        }
        if (accepted.stream().noneMatch(Reply::positive)) {
            reset();
            return settled(mail, accepted, RemoteSession::nobody);
        }
        wire.allow(settings.data());
        dialogue.send("DATA");
        var data = wire.reply("DATA");
        if (data.code() != 354) {
            return dataRefused(mail, accepted, data);
        }
        return content(mail, accepted);
    }

    private Result content(MailTransaction mail, List<Reply> accepted) throws SessionBroken, Content.Unreadable {
        var stuffing = new DotStuffing(wire.output());
        try {
            mail.content().writeTo((bytes, offset, length) -> {
                wire.allow(settings.data());
                stuffing.write(bytes, offset, length);
            });
            wire.allow(settings.data());
        } catch (Content.Unreadable e) {
            broken = true;
            throw e;
        } catch (IOException e) {
            throw wire.broken("DATA", e);
        }
        try {
            stuffing.finish();
        } catch (IOException e) {
            throw wire.broken("final dot", e);
        }
        wire.flush("final dot");
        wire.allow(settings.finalDot());
        var reply = wire.reply("final dot");
        if (reply.code() == 421) {
            broken = true;
        }
        return settled(
                mail,
                accepted,
                recipient -> reply.code() / 100 == 2
                        ? new RecipientResult.Delivered(recipient, remote, reply, tls, TakenOver.by(ehlo))
                        : new RecipientResult.NotDelivered(recipient, judged("end of DATA", reply)));
    }

    /** A refused RCPT settles its recipient; what became of the others {@code taken} tells. */
    private Settled settled(MailTransaction mail, List<Reply> accepted, Function<Recipient, RecipientResult> taken) {
        var results = new ArrayList<RecipientResult>();
        for (int i = 0; i < accepted.size(); i++) {
            var recipient = mail.recipients().get(i);
            var reply = accepted.get(i);
            results.add(
                    reply.positive()
                            ? taken.apply(recipient)
                            : new RecipientResult.NotDelivered(
                                    recipient,
                                    new Cause.Replied(remote, "RCPT TO:<" + recipient.forwardPath() + ">", reply)));
        }
        return new Settled(results);
    }

    private static RecipientResult nobody(Recipient recipient) {
        throw new IllegalStateException("no recipient was taken");
    }

    private Cause judged(String command, Reply reply) {
        return reply.positive()
                ? new Cause.Broken(
                        Optional.of(remote), "4.5.0", remote.name() + " said out of place: " + reply.quoted())
                : new Cause.Replied(remote, command, reply);
    }

    private static Settled all(MailTransaction mail, Cause cause) {
        return new Settled(undelivered(mail.recipients(), cause));
    }

    private static List<RecipientResult> undelivered(Collection<Recipient> recipients, Cause cause) {
        return recipients.stream()
                .<RecipientResult>map(recipient -> new RecipientResult.NotDelivered(recipient, cause))
                .toList();
    }

    private void reset() throws SessionBroken {
        if (dialogue.command("RSET").code() != 250) {
            broken = true;
        }
    }

    private String mailFrom(MailTransaction mail) {
        var line = new StringBuilder("MAIL FROM:<").append(mail.reversePath()).append('>');
        if (ehlo.offers("SIZE")) {
            line.append(" SIZE=").append(mail.content().size());
        }
        if (mail.eightBit() && ehlo.offers("8BITMIME")) {
            line.append(" BODY=8BITMIME");
        }
        if (mail.smtpUtf8()) {
            line.append(" SMTPUTF8");
        }
        if (ehlo.offers("DSN")) {
            mail.ret().ifPresent(ret -> line.append(" RET=").append(ret));
            mail.envelopeId().ifPresent(id -> line.append(" ENVID=").append(id));
        }
        if (ehlo.offers("DELIVERBY")) {
            mail.timeLeft().ifPresent(left -> line.append(" BY=").append(left.parameter()));
        }
        return line.toString();
    }

    private String rcptTo(MailTransaction mail, Recipient recipient) {
        var line =
                new StringBuilder("RCPT TO:<").append(recipient.forwardPath()).append('>');
        if (ehlo.offers("DSN")) {
            var notifyOn =
                    mail.timeLeft().map(left -> left.notifyOn(recipient, ehlo)).orElse(recipient.notifyOn());
            if (!notifyOn.isEmpty()) {
                line.append(" NOTIFY=").append(notifyOn.stream().sorted().collect(Collectors.joining(",")));
            }
            recipient
                    .originalRecipient()
                    .ifPresent(original -> line.append(" ORCPT=").append(original));
        }
        return line.toString();
    }

    /** Between transactions: no deadline runs. */
    public void idle() {
        wire.idle();
    }

    /** Says QUIT if it can, waits briefly for the answer, and closes. */
    public void quit() {
        try {
            if (!broken) {
                wire.allow(QUIT_LIMIT);
                dialogue.send("QUIT");
                wire.reply("QUIT");
            }
        } catch (SessionBroken e) {
            // It is closed anyway.
        }
        close();
    }

    @Override
    public void close() {
        broken = true;
        wire.close();
    }
}
