package io.milena.delivery.shaping;

import io.milena.delivery.tls.TlsLevel;
import io.milena.operator.Times;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The limits of a site, by their keys in {@code shaping.yaml}. */
public enum Limit {
    /** Connections open at one time, over all replicas. */
    CONNECTIONS("connections", Limit::count),
    /** New connections in a time, over all replicas. */
    NEW_CONNECTIONS("new-connections", Limit::rate),
    /** Messages over one connection. */
    MESSAGES_PER_CONNECTION("messages-per-connection", Limit::count),
    /** Messages in a time, over all connections and replicas. */
    MESSAGES("messages", Limit::rate),
    /** Recipients of one transaction. */
    RECIPIENTS("recipients-per-transaction", Limit::count),
    /** How long a connection is kept open for the next message. */
    IDLE("idle", Limit::duration),
    /** TLS level, unless something else asks for more. */
    TLS("tls", Limit::tls);

    private static final String UNLIMITED = "unlimited";

    private final String key;
    private final Function<String, Object> parser;

    Limit(String key, Function<String, Object> parser) {
        this.key = key;
        this.parser = parser;
    }

    public String key() {
        return key;
    }

    static Optional<Limit> of(String key) {
        return Arrays.stream(values()).filter(limit -> limit.key.equals(key)).findFirst();
    }

    static String keys() {
        return Arrays.stream(values()).map(Limit::key).collect(Collectors.joining(", "));
    }

    /** Throws {@link IllegalArgumentException} if the text is not a value of this limit. */
    Object parse(String text) {
        return parser.apply(text);
    }

    static String text(Object value) {
        return switch (value) {
            case Optional<?> rate -> rate.map(Object::toString).orElse(UNLIMITED);
            case TlsLevel level -> level.name().toLowerCase(Locale.ROOT);
            case Duration duration ->
                duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
            default -> value.toString();
        };
    }

    private static Object count(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("'" + text + "' (expected: a number of 1 or more)");
        }
        return Integer.valueOf(text);
    }

    private static Object rate(String text) {
        return text.equals(UNLIMITED) ? Optional.empty() : Optional.of(Rate.parse(text));
    }

    private static Object tls(String text) {
        return Arrays.stream(TlsLevel.values())
                .filter(level -> level.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' (expected: off, opportunistic, require or verify)"));
    }

    private static Object duration(String text) {
        return Times.parse(text)
                .filter(idle -> !idle.isNegative() && idle.compareTo(Duration.ofMinutes(5)) <= 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' (expected: a time of at most 5 minutes, e.g. 5s)"));
    }
}
