package io.milena.delivery.shaping;

/**
 * What mail is limited together.
 *
 * @param shared whether mail for other domains, which other replicas may hold, can lead to the same hosts
 */
public record SiteName(String name, boolean shared) {}
