package io.milena.delivery.order;

/** What an order may ask of one message, or of a site; empty where it is not known or there is none. */
public record Subject(String message, String account, String domain, String site, String tag, String source) {
    /** A site from one source, whatever mail. */
    public static Subject of(String site, String source) {
        return new Subject("", "", "", site, "", source);
    }
}
