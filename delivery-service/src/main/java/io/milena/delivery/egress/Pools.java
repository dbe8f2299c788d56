package io.milena.delivery.egress;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;

/**
 * All sources, and which mail uses which: by header tag, by account, otherwise from the default pool, or from the
 * unnamed source if none is configured. Thread-safe.
 */
public final class Pools {
    private static final String POOLS = "milena.delivery.pools.";
    private static final String POOL_OF = "milena.delivery.pool-of";

    private static final String POOL = "pool:";
    private static final String SOURCE = "source:";

    private final Choice unnamed;
    private final Map<String, Pool> byName = new HashMap<>();
    /** A pool for each single source. */
    private final Map<String, Pool> alone = new HashMap<>();

    private final Blocks blocks;
    private final Map<String, WarmUp> warmUps = new HashMap<>();
    private final Map<String, Pool> bySelector = new HashMap<>();
    private final Optional<Pool> otherwise;
    private final boolean byTag;

    /**
     * The configuration; a contradiction is an {@link IllegalArgumentException} that names the key.
     *
     * @param pools by name, {@code SOURCE=WEIGHT, …}
     * @param pool the default pool
     * @param poolOf {@code account:ID=POOL} or {@code tag:NAME=POOL}
     */
    public record Settings(
            List<SourceSettings> sources, Map<String, String> pools, Optional<String> pool, List<String> poolOf) {
        /** No configured source. */
        public static final Settings NONE = new Settings(List.of(), Map.of(), Optional.empty(), List.of());
    }

    /**
     * {@code hostname} is the EHLO name of sources without their own, {@code share} this replica's part of all mail,
     * from 0 to 1.
     */
    public Pools(Settings settings, String hostname, Blocks blocks, DoubleSupplier share, Clock clock) {
        this.unnamed = new Choice.Chosen(EgressSource.unnamed(hostname));
        this.blocks = blocks;
        var sources = new HashMap<String, EgressSource>();
        for (var source : settings.sources()) {
            sources.put(source.name(), source.source(hostname));
            source.plan().ifPresent(plan -> warmUps.put(source.name(), new WarmUp(plan, share, clock)));
            alone.put(
                    source.name(),
                    new Pool(SOURCE + source.name(), List.of(share(sources.get(source.name()), source.name(), 1))));
        }
        settings.pools()
                .forEach((name, members) -> byName.put(name, new Pool(POOL + name, shares(name, members, sources))));
        this.otherwise = settings.pool().map(name -> named("milena.delivery.pool", name, byName));
        for (var entry : settings.poolOf()) {
            int equals = entry.lastIndexOf('=');
            var selector = equals < 0 ? "" : entry.substring(0, equals).strip();
            if (!selector.matches("(account|tag):.+")) {
                throw new IllegalArgumentException(
                        POOL_OF + ": " + entry + " (expected: account:ID=POOL or tag:NAME=POOL)");
            }
            if (bySelector.put(
                            selector, named(POOL_OF, entry.substring(equals + 1).strip(), byName))
                    != null) {
                throw new IllegalArgumentException(POOL_OF + ": " + selector + " is there twice");
            }
        }
        this.byTag = bySelector.keySet().stream().anyMatch(selector -> selector.startsWith("tag:"));
    }

    private static Pool named(String key, String name, Map<String, Pool> byName) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        key + ": there is no pool " + name + " (" + POOLS + "\"" + name + "\")"));
    }

    private List<Pool.Share> shares(String pool, String members, Map<String, EgressSource> sources) {
        var key = POOLS + "\"" + pool + "\"";
        var shares = new ArrayList<Pool.Share>();
        for (var member : members.split(",", -1)) {
            var parts = member.split("=", 2);
            var name = parts[0].strip();
            var source = sources.get(name);
            if (source == null) {
                throw new IllegalArgumentException(
                        key + ": there is no source " + name + " (milena.delivery.sources.\"" + name + "\")");
            }
            if (shares.stream().anyMatch(share -> share.source().equals(source))) {
                throw new IllegalArgumentException(key + ": " + name + " is there twice");
            }
            int weight = parts.length == 1 ? 1 : weight(key, parts[1].strip());
            shares.add(share(source, name, weight));
        }
        return shares;
    }

    private Pool.Share share(EgressSource source, String name, int weight) {
        return new Pool.Share(source, weight, Optional.ofNullable(warmUps.get(name)));
    }

    private static int weight(String key, String text) {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(key + ": " + text + " (expected: a weight from 1 to 999999)");
        }
        return Integer.parseInt(text);
    }

    /** Whether any pool depends on a message's tag. */
    public boolean byTag() {
        return byTag;
    }

    /**
     * Chooses the source for one message to a destination (defined in {@link Blocks}); the message counts for the plan
     * of the source until it is {@linkplain #giveBack given back}.
     */
    public Choice choose(String account, Optional<String> tag, String destination) {
        var pool = tag.flatMap(name -> found("tag:" + name))
                .or(() -> found("account:" + account))
                .or(() -> otherwise);
        return pool.map(found -> chosen(found, destination)).orElse(unnamed);
    }

    /** Whether a text that may be a route's target means {@code pool:NAME} or {@code source:NAME}. */
    public static boolean isPoolOrSource(String target) {
        return target.startsWith(POOL) || target.startsWith(SOURCE);
    }

    /** Chooses from the named pool or source, for mail of any account; empty if the name does not exist. */
    public Optional<Choice> chooseFrom(String target, String destination) {
        return of(target).map(found -> chosen(found, destination));
    }

    /** Throws {@link IllegalArgumentException} with the existing names if the name does not exist. */
    public void check(String target) {
        if (of(target).isEmpty()) {
            throw new IllegalArgumentException(target + ": there is none of that name (pools: " + names(byName)
                    + "; sources: " + names(alone) + ")");
        }
    }

    private static String names(Map<String, Pool> some) {
        return some.isEmpty() ? "none" : String.join(", ", new TreeSet<>(some.keySet()));
    }

    private Optional<Pool> of(String target) {
        return Optional.ofNullable(
                target.startsWith(POOL)
                        ? byName.get(target.substring(POOL.length()))
                        : alone.get(target.substring(SOURCE.length())));
    }

    private Choice chosen(Pool pool, String destination) {
        return pool.choose(source -> blocks.usable(source.name().orElseThrow(), destination));
    }

    private Optional<Pool> found(String selector) {
        return Optional.ofNullable(bySelector.get(selector));
    }

    /** A message for which the source was chosen was not sent. */
    public void giveBack(EgressSource source) {
        source.name().map(warmUps::get).ifPresent(WarmUp::giveBack);
    }
}
