package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;

/**
 * The sender's wishes that were passed on to the remote, which offers their extensions; about the others we report to
 * the sender ourselves.
 *
 * @param reports NOTIFY and related parameters (RFC 3461): from here on the remote reports, and to the sender
 * @param deadline BY (RFC 2852): the remote knows the deadline
 */
public record TakenOver(boolean reports, boolean deadline) {
    static TakenOver by(EhloReply ehlo, MailTransaction mail) {
        return new TakenOver(ehlo.offers("DSN") && !mail.returnsToUs(), ehlo.offers("DELIVERBY"));
    }
}
