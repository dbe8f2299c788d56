package io.milena.smtp;

import java.util.Optional;

/**
 * A login that is good.
 *
 * @param serverFinal what proves the server to a client of SCRAM (RFC 5802 §7, server-final-message)
 */
public record Verified(Identity identity, Optional<String> serverFinal) {}
