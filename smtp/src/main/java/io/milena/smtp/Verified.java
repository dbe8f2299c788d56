package io.milena.smtp;

import java.util.Optional;

/**
 * Credentials that were found good.
 *
 * @param serverFinal the server's own proof for a client of SCRAM (RFC 5802 §7, server-final-message)
 */
public record Verified(Identity identity, Optional<String> serverFinal) {}
