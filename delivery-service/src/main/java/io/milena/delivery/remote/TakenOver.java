package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;

/**
 * Which of the sender's wishes went on to the remote with the message, because it offers their extension; of the others we tell the sender ourselves.
 *
 * @param reports NOTIFY and its kin (RFC 3461): the remote reports from here on
 */
public record TakenOver(boolean reports) {
    static TakenOver by(EhloReply ehlo) {
        return new TakenOver(ehlo.offers("DSN"));
    }
}
