package io.milena.smtp;

/** What a password was salted and hashed with (RFC 5802 §5.1): the salt in base64, and how many times. */
public record Salt(String octets, int iterations) {}
