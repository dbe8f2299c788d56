package io.milena.delivery.shaping;

/**
 * The name of a set of mail that shares limits.
 *
 * @param shared whether mail for other domains, which other replicas may own, can lead to these hosts
 */
public record SiteName(String name, boolean shared) {}
