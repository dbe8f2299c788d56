package io.milena.smtp;

/** The salt of a stored password, in base64, and its number of iterations (RFC 5802 §5.1). */
public record Salt(String octets, int iterations) {}
