package io.milena.topics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The classes of mail that the queues distinguish. In SMTP a message has one of 19 levels (RFC 6710 §3); these are the
 * three that the policy MIXER names (appendix B): non-urgent, normal, urgent.
 */
public enum Priority {
    BULK(-4),
    NORMAL(0),
    TRANSACTIONAL(4);

    public static final int LOWEST_LEVEL = -9;
    public static final int HIGHEST_LEVEL = 9;

    private final int level;

    Priority(int level) {
        this.level = level;
    }

    /** MT-PRIORITY of mail of this class that states no level. */
    public int level() {
        return level;
    }

    /**
     * The class of a level. RFC 6710 §5: a level between two of ours counts as the higher one, and a level above all as
     * the highest.
     */
    public static Priority of(int level) {
        // Asked some times for each message: no stream.
        if (level <= BULK.level) {
            return BULK;
        }
        return level <= NORMAL.level ? NORMAL : TRANSACTIONAL;
    }

    /** The class with this name, ignoring case. */
    public static Optional<Priority> named(String name) {
        return Arrays.stream(values())
                .filter(priority -> priority.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The public name: in the REST API, on topics and in X-Milena-Priority. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
