package io.milena.delivery.remote;

import io.milena.smtp.DotStuffing;
import io.milena.smtp.EhloReply;
import io.milena.smtp.Reply;
import io.milena.topics.Recipient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One mail transaction over a session (RFC 5321 §3.3; RFC 2920, 3030, 3461, 1870, 2033): MAIL, RCPT and the content, by
 * BDAT if the host offers it and otherwise by DATA. Run once, on the session's thread; a {@link SessionBroken} ends the
 * session too.
 */
final class Transaction {
    /** A host's reply before it hung up has arrived already. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Dialogue dialogue;
    private final RemoteHost remote;
    private final NextHop.Protocol protocol;
    private final SessionSettings settings;
    private final Wire wire;
    private final EhloReply ehlo;
    private final ConnectionSecurity security;
    private final MailTransaction mail;
    private final EnvelopeCommands commands;
    private final boolean chunking;
    /** The replies to RCPT, in the recipients' order. */
    private final List<Reply> recipientReplies = new ArrayList<>();
    /** For LMTP: the replies to the content, in the order of the accepted recipients. */
    private final List<Reply> finalReplies = new ArrayList<>();

    private boolean inDoubt;
    private boolean sessionSpent;

    Transaction(
            Dialogue dialogue,
            NextHop.Protocol protocol,
            EhloReply ehlo,
            ConnectionSecurity security,
            MailTransaction mail) {
        this.dialogue = dialogue;
        this.remote = dialogue.remote();
        this.protocol = protocol;
        this.settings = dialogue.settings();
        this.wire = dialogue.wire();
        this.ehlo = ehlo;
        this.security = security;
        this.mail = mail;
        this.commands = new EnvelopeCommands(mail, ehlo, security.tls().isPresent());
        this.chunking = ehlo.offers("CHUNKING");
    }

    /** Whether the whole content is sent: the host may have taken it, whatever happens now. */
    boolean inDoubt() {
        return inDoubt;
    }

    /** Whether no other transaction can follow on this session. */
    boolean sessionSpent() {
        return sessionSpent;
    }

    RemoteSession.Result run() throws SessionBroken, Content.Unreadable {
        var envelope = ehlo.offers("PIPELINING") ? pipelined() : stepwise();
        if (envelope.hostFailure().isPresent()) {
            sessionSpent = true;
            return new RemoteSession.HostFailed(envelope.hostFailure().get());
        }
        var from = envelope.from();
        if (!accepted(from)) {
            leave(envelope.data());
            return all(new Cause.Replied(remote, "MAIL", from, security));
        }
        if (recipientReplies.stream().noneMatch(Transaction::accepted)) {
            leave(envelope.data());
            return settled(List.of());
        }
        if (chunking) {
            return chunked();
        }
        var data = envelope.data().isPresent() ? envelope.data().get() : data();
        return data.code() == 354 ? dotted() : dataRefused(data);
    }

    /** The replies to MAIL, and to DATA if it was sent along; the replies to RCPT are kept separately. */
    private record Envelope(Reply from, Optional<Reply> data, Optional<Cause> hostFailure) {}

    /** MAIL, all RCPT and, without CHUNKING, DATA in one segment (RFC 2920 §3.1). */
    private Envelope pipelined() throws SessionBroken {
        wire.allow(settings.command());
        try {
            wire.line(commands.mailFrom());
            for (var recipient : mail.recipients()) {
                wire.line(commands.rcptTo(recipient));
            }
            if (!chunking) {
                wire.line("DATA");
            }
        } catch (IOException e) {
            throw wire.broken("MAIL", e);
        }
        wire.flush("MAIL");
        var from = wire.reply("MAIL");
        try {
            return rest(from);
        } catch (SessionBroken e) {
            // A host that refuses and hangs up has given its reason.
            sessionSpent = true;
            var left = leaving(from, Optional.empty());
            if (accepted(from) && left.isEmpty()) {
                throw e;
            }
            return new Envelope(from, Optional.empty(), left);
        }
    }

    private Envelope rest(Reply from) throws SessionBroken {
        for (int i = 0; i < mail.recipients().size(); i++) {
            wire.allow(settings.command());
            recipientReplies.add(wire.reply("RCPT"));
        }
        Optional<Reply> data = Optional.empty();
        if (!chunking) {
            wire.allow(settings.data());
            data = Optional.of(wire.reply("DATA"));
        }
        return new Envelope(from, data, leaving(from, data));
    }

    private Envelope stepwise() throws SessionBroken {
        var from = dialogue.command(commands.mailFrom());
        if (accepted(from)) {
            for (var recipient : mail.recipients()) {
                recipientReplies.add(dialogue.command(commands.rcptTo(recipient)));
                if (recipientReplies.getLast().code() == 421) {
                    break;
                }
            }
        }
        return new Envelope(from, Optional.empty(), leaving(from, Optional.empty()));
    }

    /** RFC 5321 §3.8: a 421 at any place is about the host, which closes now; so is a 503 to MAIL (bad sequence). */
    private Optional<Cause> leaving(Reply from, Optional<Reply> data) {
        if (from.code() == 421 || from.code() == 503) {
            return Optional.of(dialogue.hostRefused("MAIL", from));
        }
        return recipientReplies.stream()
                .filter(reply -> reply.code() == 421)
                .findFirst()
                .map(reply -> dialogue.hostRefused("RCPT", reply))
                .or(() -> data.filter(reply -> reply.code() == 421).map(reply -> dialogue.hostRefused("DATA", reply)));
    }

    private Reply data() throws SessionBroken {
        wire.allow(settings.data());
        dialogue.send("DATA");
        return wire.reply("DATA");
    }

    /** Ends a transaction without accepted recipients. */
    private void leave(Optional<Reply> data) {
        if (data.isEmpty() || data.get().code() != 354) {
            reset();
            return;
        }
        try {
            // RFC 2920 §3.1: the server accepted DATA although no recipient was accepted; it gets an empty message.
            wire.allow(settings.finalDot());
            end(new DotStuffing(wire.output()));
            wire.reply("empty final dot");
        } catch (SessionBroken e) {
            sessionSpent = true;
        }
    }

    /** After any reply to DATA but 354 the host has no content: even 250 promises nothing. */
    private RemoteSession.Result dataRefused(Reply data) {
        if (data.code() == 421) {
            sessionSpent = true;
            return new RemoteSession.HostFailed(dialogue.hostRefused("DATA", data));
        }
        reset();
        var cause = judged("DATA", data);
        return settled(RecipientResult.notDelivered(taken(), cause));
    }

    private RemoteSession.Result dotted() throws SessionBroken, Content.Unreadable {
        var stuffing = new DotStuffing(wire.output());
        var early = content("DATA", stuffing::write);
        if (early.isPresent()) {
            return early.get();
        }
        inDoubt = true;
        end(stuffing);
        return verdicts("end of DATA");
    }

    private void end(DotStuffing stuffing) throws SessionBroken {
        try {
            stuffing.finish();
        } catch (IOException e) {
            throw wire.broken("final dot", e);
        }
        wire.flush("final dot");
    }

    /** All of it in one chunk (RFC 3030 §2): its size is known, and the recipients are too. */
    private RemoteSession.Result chunked() throws SessionBroken, Content.Unreadable {
        wire.allow(settings.data());
        try {
            wire.line("BDAT " + mail.content().size() + " LAST");
        } catch (IOException e) {
            throw wire.broken("BDAT", e);
        }
        var counter = new Object() {
            long octets;
        };
        var early = content("BDAT", (bytes, offset, length) -> {
            counter.octets += length;
            if (counter.octets > mail.content().size()) {
                throw new Content.Unreadable("it is longer than it should be", null);
            }
            wire.output().write(bytes, offset, length);
        });
        if (early.isPresent()) {
            return early.get();
        }
        if (counter.octets != mail.content().size()) {
            throw new Content.Unreadable("it is shorter than it should be", null);
        }
        inDoubt = true;
        wire.flush("BDAT");
        return verdicts("BDAT");
    }

    /** Sends it; if a host hangs up in the middle, its reply is the result. */
    private Optional<RemoteSession.Result> content(String stage, Content.Sink sink)
            throws SessionBroken, Content.Unreadable {
        try {
            mail.content().writeTo((bytes, offset, length) -> {
                wire.allow(settings.data());
                sink.accept(bytes, offset, length);
            });
            wire.allow(settings.data());
            return Optional.empty();
        } catch (Content.Unreadable e) {
            throw e;
        } catch (IOException e) {
            var broken = wire.broken(stage, e);
            return Optional.of(lastWords(stage).orElseThrow(() -> broken));
        }
    }

    private Optional<RemoteSession.Result> lastWords(String stage) {
        sessionSpent = true;
        try {
            wire.allow(LAST_WORDS);
            var reply = wire.reply(stage);
            if (reply.positive()) {
                return Optional.empty();
            }
            if (reply.code() == 421) {
                return Optional.of(new RemoteSession.HostFailed(dialogue.hostRefused(stage, reply)));
            }
            var cause = judged(stage, reply);
            return Optional.of(settled(RecipientResult.notDelivered(taken(), cause)));
        } catch (SessionBroken e) {
            return Optional.empty();
        }
    }

    /** The host's reply to the content: one, and with LMTP one for each accepted recipient (RFC 2033 §4.2). */
    private RemoteSession.Result verdicts(String command) throws SessionBroken {
        var taken = taken();
        boolean each = protocol == NextHop.Protocol.LMTP;
        for (int i = 0; i < (each ? taken.size() : 1); i++) {
            wire.allowWholly(settings.finalDot());
            finalReplies.add(wire.reply("the end of the content"));
            sessionSpent |= finalReplies.getLast().code() == 421;
        }
        if (!finalReplies.stream().allMatch(Transaction::accepted)) {
            // Some hosts that refuse the content keep the transaction open (Postfix, smtpd_end_of_data_restrictions).
            reset();
        }
        var results = new ArrayList<RecipientResult>();
        for (int i = 0; i < taken.size(); i++) {
            results.add(verdict(taken.get(i), finalReplies.get(each ? i : 0), command));
        }
        return settled(results);
    }

    private RecipientResult verdict(Recipient recipient, Reply reply, String command) {
        return accepted(reply)
                ? new RecipientResult.Delivered(recipient, remote, reply, security, TakenOver.by(ehlo, mail))
                : notDelivered(recipient, judged(command, reply));
    }

    /** The session broke after the content was sent: recipients with a reply keep it, the others are retried. */
    RemoteSession.Settled doubtful(Cause cause) {
        var taken = taken();
        boolean each = protocol == NextHop.Protocol.LMTP;
        var results = new ArrayList<RecipientResult>();
        for (int i = 0; i < taken.size(); i++) {
            results.add(
                    each && i < finalReplies.size()
                            ? verdict(taken.get(i), finalReplies.get(i), "the content")
                            : notDelivered(taken.get(i), cause));
        }
        return settled(results);
    }

    private List<Recipient> taken() {
        var taken = new ArrayList<Recipient>();
        for (int i = 0; i < recipientReplies.size(); i++) {
            if (accepted(recipientReplies.get(i))) {
                taken.add(mail.recipients().get(i));
            }
        }
        return taken;
    }

    /** A refused RCPT settles its recipient; {@code results} has the others, in their order. */
    private RemoteSession.Settled settled(List<RecipientResult> results) {
        var others = results.iterator();
        var all = new ArrayList<RecipientResult>();
        for (int i = 0; i < recipientReplies.size(); i++) {
            var reply = recipientReplies.get(i);
            var recipient = mail.recipients().get(i);
            all.add(
                    accepted(reply)
                            ? others.next()
                            : notDelivered(
                                    recipient,
                                    new Cause.Replied(
                                            remote, "RCPT TO:<" + recipient.forwardPath() + ">", reply, security)));
        }
        return new RemoteSession.Settled(all);
    }

    private RemoteSession.Settled all(Cause cause) {
        return new RemoteSession.Settled(RecipientResult.notDelivered(mail.recipients(), cause));
    }

    private static RecipientResult notDelivered(Recipient recipient, Cause cause) {
        return new RecipientResult.NotDelivered(recipient, cause);
    }

    private Cause judged(String command, Reply reply) {
        return reply.positive()
                ? new Cause.Broken(
                        Optional.of(remote), "4.5.0", remote.name() + " said out of place: " + reply.quoted())
                : new Cause.Replied(remote, command, reply, security);
    }

    /** The host's replies stand, even if it hangs up now. */
    private void reset() {
        try {
            sessionSpent = sessionSpent || dialogue.command("RSET").code() != 250;
        } catch (SessionBroken e) {
            sessionSpent = true;
        }
    }

    private static boolean accepted(Reply reply) {
        return reply.code() / 100 == 2;
    }
}
