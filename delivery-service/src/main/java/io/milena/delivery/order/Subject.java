package io.milena.delivery.order;

/** The properties of one message, or of a site, that orders select by; empty if not known or absent. */
public record Subject(String message, String account, String domain, String site, String tag, String source) {
    /** A site from one source, for any mail. */
    public static Subject of(String site, String source) {
        return new Subject("", "", "", site, "", source);
    }
}
