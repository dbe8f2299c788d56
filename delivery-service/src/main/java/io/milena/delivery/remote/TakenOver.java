package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;

/**
 * Which of the sender's wishes went on to the remote with the message, because it offers their extension; of the others we tell the sender ourselves.
 *
 * @param reports NOTIFY and its kin (RFC 3461): the remote reports from here on, and to the sender
 * @param deadline BY (RFC 2852): the remote knows by when it is to be delivered
 */
public record TakenOver(boolean reports, boolean deadline) {
    static TakenOver by(EhloReply ehlo, MailTransaction mail) {
        return new TakenOver(ehlo.offers("DSN") && !mail.returnsToUs(), ehlo.offers("DELIVERBY"));
    }
}
