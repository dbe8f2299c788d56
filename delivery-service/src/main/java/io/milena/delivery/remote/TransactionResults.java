package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.smtp.Reply;
import io.milena.topics.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The results of one transaction: the replies to RCPT and to the content, and each recipient's result made of them.
 * Confined to the session's thread.
 */
final class TransactionResults {
    private final RemoteHost remote;
    private final boolean verdictForEach;
    private final EhloReply ehlo;
    private final ConnectionSecurity security;
    private final MailTransaction mail;
    /** The replies to RCPT, in the recipients' order. */
    private final List<Reply> recipientReplies = new ArrayList<>();
    /**
     * The replies to the content: one, or with LMTP one for each accepted recipient, in their order (RFC 2033 §4.2).
     */
    private final List<Reply> verdicts = new ArrayList<>();

    TransactionResults(
            RemoteHost remote,
            NextHop.Protocol protocol,
            EhloReply ehlo,
            ConnectionSecurity security,
            MailTransaction mail) {
        this.remote = remote;
        this.verdictForEach = protocol == NextHop.Protocol.LMTP;
        this.ehlo = ehlo;
        this.security = security;
        this.mail = mail;
    }

    /** Adds the reply to the next RCPT. */
    void recipient(Reply reply) {
        recipientReplies.add(reply);
    }

    /** Adds the next reply to the content. */
    void verdict(Reply reply) {
        verdicts.add(reply);
    }

    /** Number of replies to the content that the host gives. */
    int verdictsExpected() {
        return verdictForEach ? taken().size() : 1;
    }

    boolean allAccepted() {
        return verdicts.stream().allMatch(TransactionResults::accepted);
    }

    /** A 421 to RCPT (RFC 5321 §3.8). */
    Optional<Reply> leaving() {
        return recipientReplies.stream().filter(reply -> reply.code() == 421).findFirst();
    }

    /** A reply to RCPT that refuses its parameters. */
    Optional<Reply> parameterRefused() {
        return recipientReplies.stream()
                .filter(TransactionResults::refusesParameter)
                .findFirst();
    }

    /**
     * RFC 5321 §4.1.1.11: 555 is for parameters; 504 is for them too (§4.2.2), but some hosts refuse names with it and say
     * so by another status.
     */
    static boolean refusesParameter(Reply reply) {
        return reply.code() == 555
                || reply.code() == 504
                        && reply.status()
                                .map(status -> status.toString().equals("5.5.4"))
                                .orElse(true);
    }

    /** RFC 5321 §4.2.2: the host does not know the command, or does not take it at this place. */
    static boolean refusesCommand(Reply reply) {
        return reply.code() == 500 || reply.code() == 502 || reply.code() == 503 || reply.code() == 504;
    }

    /** The recipients that the host has accepted. */
    List<Recipient> taken() {
        var taken = new ArrayList<Recipient>();
        for (int i = 0; i < recipientReplies.size(); i++) {
            if (accepted(recipientReplies.get(i))) {
                taken.add(mail.recipients().get(i));
            }
        }
        return taken;
    }

    /** The host refused this command for all recipients. */
    RemoteSession.Settled refused(String command, Reply reply) {
        return new RemoteSession.Settled(
                RecipientResult.notDelivered(mail.recipients(), new Cause.Replied(remote, command, reply, security)));
    }

    /** The host refused the content, or did not let it begin, for all accepted recipients. */
    RemoteSession.Settled refusedContent(String command, Reply reply) {
        return settled(RecipientResult.notDelivered(taken(), judged(command, reply)));
    }

    /** The host's replies to the content, which ended with this command. */
    RemoteSession.Settled verdicts(String command) {
        var taken = taken();
        var results = new ArrayList<RecipientResult>();
        for (int i = 0; i < taken.size(); i++) {
            results.add(result(taken.get(i), verdicts.get(verdictForEach ? i : 0), command));
        }
        return settled(results);
    }

    /**
     * The session broke after the content was sent: a recipient with a verdict keeps it, the others are tried again.
     */
    RemoteSession.Settled doubtful(Cause cause) {
        var taken = taken();
        var results = new ArrayList<RecipientResult>();
        for (int i = 0; i < taken.size(); i++) {
            results.add(
                    verdictForEach && i < verdicts.size()
                            ? result(taken.get(i), verdicts.get(i), "the content")
                            : new RecipientResult.NotDelivered(taken.get(i), cause));
        }
        return settled(results);
    }

    private RecipientResult result(Recipient recipient, Reply reply, String command) {
        return accepted(reply)
                ? new RecipientResult.Delivered(recipient, remote, reply, security, TakenOver.by(ehlo, mail))
                : new RecipientResult.NotDelivered(recipient, judged(command, reply));
    }

    /** A refused RCPT settles its recipient; {@code results} are those of the accepted recipients, in their order. */
    RemoteSession.Settled settled(List<RecipientResult> results) {
        var others = results.iterator();
        var all = new ArrayList<RecipientResult>();
        for (int i = 0; i < recipientReplies.size(); i++) {
            var reply = recipientReplies.get(i);
            var recipient = mail.recipients().get(i);
            all.add(
                    accepted(reply)
                            ? others.next()
                            : new RecipientResult.NotDelivered(
                                    recipient,
                                    new Cause.Replied(
                                            remote, "RCPT TO:<" + recipient.forwardPath() + ">", reply, security)));
        }
        return new RemoteSession.Settled(all);
    }

    private Cause judged(String command, Reply reply) {
        return reply.positive()
                ? new Cause.Broken(
                        Optional.of(remote), "4.5.0", remote.name() + " said out of place: " + reply.quoted())
                : new Cause.Replied(remote, command, reply, security);
    }

    static boolean accepted(Reply reply) {
        return reply.code() / 100 == 2;
    }
}
