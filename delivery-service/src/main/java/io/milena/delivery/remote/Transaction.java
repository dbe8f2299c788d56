package io.milena.delivery.remote;

import io.milena.smtp.DotStuffing;
import io.milena.smtp.EhloReply;
import io.milena.smtp.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One mail transaction over a session (RFC 5321 §3.3; RFC 2920, 3030, 3461, 1870, 2033): MAIL, RCPT and the content, by
 * BDAT if the host offers it and otherwise by DATA. Run once, on the session's thread; a {@link SessionBroken} ends the
 * session too.
 */
final class Transaction {
    /** A host's reply before it hung up has arrived already. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final Set<String> CHUNKING = Set.of("CHUNKING");

    private final Dialogue dialogue;
    private final RemoteHost remote;
    private final SessionSettings settings;
    private final Wire wire;
    private final EhloReply ehlo;
    private final MailTransaction mail;
    private final EnvelopeCommands commands;
    private final boolean chunking;
    private final TransactionResults results;
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
        this.settings = dialogue.settings();
        this.wire = dialogue.wire();
        this.ehlo = ehlo;
        this.mail = mail;
        this.commands = new EnvelopeCommands(mail, ehlo, security.tls().isPresent());
        this.chunking = ehlo.offers("CHUNKING");
        this.results = new TransactionResults(remote, protocol, ehlo, security, mail);
    }

    /** Whether the whole content is sent: the host may have taken it, whatever happens now. */
    boolean inDoubt() {
        return inDoubt;
    }

    /** Whether no other transaction can follow on this session. */
    boolean sessionSpent() {
        return sessionSpent;
    }

    /** The session broke when the content was out. */
    RemoteSession.Settled doubtful(Cause cause) {
        return results.doubtful(cause);
    }

    RemoteSession.Result run() throws SessionBroken, Content.Unreadable {
        var envelope = ehlo.offers("PIPELINING") ? pipelined() : stepwise();
        if (envelope.hostFailure().isPresent()) {
            sessionSpent = true;
            return new RemoteSession.HostFailed(envelope.hostFailure().get());
        }
        var from = envelope.from();
        var refused =
                Optional.of(from).filter(TransactionResults::refusesParameter).or(results::parameterRefused);
        if (refused.isPresent()) {
            var dispensable = commands.dispensable();
            if (!dispensable.isEmpty()) {
                return extensionRefused(dispensable, "parameters", refused.get());
            }
        }
        if (!TransactionResults.accepted(from)) {
            leave(envelope.data());
            return results.refused("MAIL", from);
        }
        if (results.taken().isEmpty()) {
            leave(envelope.data());
            return results.settled(List.of());
        }
        if (chunking) {
            return chunked();
        }
        var data = envelope.data().isPresent() ? envelope.data().get() : data();
        return data.code() == 354 ? dotted() : dataRefused(data);
    }

    /** Replies to MAIL, and to DATA where that went along; those to RCPT stand in the results. */
    private record EnvelopeReplies(Reply from, Optional<Reply> data, Optional<Cause> hostFailure) {}

    /** MAIL, all RCPT and, without CHUNKING, DATA in one segment (RFC 2920 §3.1). */
    private EnvelopeReplies pipelined() throws SessionBroken {
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
            if (TransactionResults.accepted(from) && left.isEmpty()) {
                throw e;
            }
            return new EnvelopeReplies(from, Optional.empty(), left);
        }
    }

    private EnvelopeReplies rest(Reply from) throws SessionBroken {
        for (int i = 0; i < mail.recipients().size(); i++) {
            wire.allow(settings.command());
            results.recipient(wire.reply("RCPT"));
        }
        Optional<Reply> data = Optional.empty();
        if (!chunking) {
            wire.allow(settings.data());
            data = Optional.of(wire.reply("DATA"));
        }
        return new EnvelopeReplies(from, data, leaving(from, data));
    }

    private EnvelopeReplies stepwise() throws SessionBroken {
        var from = dialogue.command(commands.mailFrom());
        if (TransactionResults.accepted(from)) {
            for (var recipient : mail.recipients()) {
                var reply = dialogue.command(commands.rcptTo(recipient));
                results.recipient(reply);
                if (reply.code() == 421) {
                    break;
                }
            }
        }
        return new EnvelopeReplies(from, Optional.empty(), leaving(from, Optional.empty()));
    }

    /** RFC 5321 §3.8: a 421 at any place is about the host, which closes now; so is a 503 to MAIL (bad sequence). */
    private Optional<Cause> leaving(Reply from, Optional<Reply> data) {
        if (from.code() == 421 || from.code() == 503) {
            return Optional.of(dialogue.hostRefused("MAIL", from));
        }
        return results.leaving()
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
        return results.refusedContent("DATA", data);
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

    /** The host has no content yet, or has refused its command: the message can go once more, without these. */
    private RemoteSession.Result extensionRefused(Set<String> keywords, String command, Reply reply) {
        sessionSpent = true;
        settings.refusedExtensions().remember(remote, keywords);
        return new RemoteSession.ExtensionRefused(new Cause.Broken(
                Optional.of(remote),
                "4.5.1",
                "host " + remote + " refused " + command + " that it offers: "
                        + reply.shortened().quoted()));
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
            if (chunking && TransactionResults.refusesCommand(reply)) {
                return Optional.of(extensionRefused(CHUNKING, "BDAT", reply));
            }
            return Optional.of(results.refusedContent(stage, reply));
        } catch (SessionBroken e) {
            return Optional.empty();
        }
    }

    /** The host's reply to the content: one, and with LMTP one for each accepted recipient (RFC 2033 §4.2). */
    private RemoteSession.Result verdicts(String command) throws SessionBroken {
        for (int i = 0; i < results.verdictsExpected(); i++) {
            wire.allowWholly(settings.finalDot());
            var reply = wire.reply("the end of the content");
            if (chunking && i == 0 && TransactionResults.refusesCommand(reply)) {
                // Whatever it has made of the content, it has not taken it; its next replies are to parts of the
                // content.
                return extensionRefused(CHUNKING, "BDAT", reply);
            }
            results.verdict(reply);
            sessionSpent |= reply.code() == 421;
        }
        if (!results.allAccepted()) {
            // Some hosts that refuse the content keep the transaction open (Postfix, smtpd_end_of_data_restrictions).
            reset();
        }
        return results.verdicts(command);
    }

    /** The host's replies stand, even if it hangs up now. */
    private void reset() {
        try {
            sessionSpent = sessionSpent || dialogue.command("RSET").code() != 250;
        } catch (SessionBroken e) {
            sessionSpent = true;
        }
    }
}
