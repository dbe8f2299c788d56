package io.milena.topics;

import java.util.Optional;

/**
 * The properties of the content that are known without reading it. A value.
 *
 * @param smtpUtf8 the transaction needs SMTPUTF8 (RFC 6531)
 * @param eightBit the content is not 7-bit (RFC 6152)
 * @param fromDomain domain of the From: header field, lower case A-labels; chooses the DKIM key
 * @param headerLength octets of the header section at the start of the value, with the empty line that ends it
 * @param size octets of the whole content
 * @param bodyHash base64 SHA-256 of the body in DKIM's relaxed canonicalization (RFC 6376 §3.4.4)
 * @param body where the body is, if it does not follow the header section in the value
 */
public record ContentShape(
        boolean smtpUtf8,
        boolean eightBit,
        Optional<String> fromDomain,
        int headerLength,
        long size,
        Optional<String> bodyHash,
        Optional<BodyReference> body) {

    /** Plain 7-bit content that no domain's key signs. */
    public static ContentShape plain(int headerLength, long size) {
        return new ContentShape(false, false, Optional.empty(), headerLength, size, Optional.empty(), Optional.empty());
    }

    public ContentShape withHeaderLength(int length) {
        return new ContentShape(smtpUtf8, eightBit, fromDomain, length, size, bodyHash, body);
    }

    public ContentShape withSmtpUtf8(boolean needed) {
        return new ContentShape(needed, eightBit, fromDomain, headerLength, size, bodyHash, body);
    }

    public ContentShape withEightBit(boolean used) {
        return new ContentShape(smtpUtf8, used, fromDomain, headerLength, size, bodyHash, body);
    }

    public ContentShape withSigning(Optional<String> domain, Optional<String> hash) {
        return new ContentShape(smtpUtf8, eightBit, domain, headerLength, size, hash, body);
    }

    public ContentShape withBody(Optional<BodyReference> elsewhere) {
        return new ContentShape(smtpUtf8, eightBit, fromDomain, headerLength, size, bodyHash, elsewhere);
    }
}
