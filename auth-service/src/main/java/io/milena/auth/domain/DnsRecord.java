package io.milena.auth.domain;

/**
 * A DNS record that the owner of a domain is to publish. A TXT value longer than 255 octets is split in the zone, not
 * here.
 */
public record DnsRecord(String name, String type, String value, String purpose) {}
