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
 * All sources, and which mail goes from which: by header tag, by account, else from the default pool; where none is configured, from the unnamed source.
 * Thread-safe.
 */
public final class Pools {
    private static final String POOLS = "milena.delivery.pools.";
    private static final String POOL_OF = "milena.delivery.pool-of";

    private static final String POOL = "pool:";
    private static final String SOURCE = "source:";

    private final Choice unnamed;
    private final Map<String, Pool> byName = new HashMap<>();
    /** Each source by itself. */
    private final Map<String, Pool> alone = new HashMap<>();

    private final Blocks blocks;
    private final Map<String, WarmUp> warmUps = new HashMap<>();
    private final Map<String, Pool> bySelector = new HashMap<>();
    private final Optional<Pool> otherwise;
    private final boolean byTag;

    /**
     * What is configured; what contradicts itself is an {@link IllegalArgumentException} that names the key.
     *
     * @param pools by name, {@code SOURCE=WEIGHT, …}
     * @param pool the default pool
     * @param poolOf {@code account:ID=POOL} or {@code tag:NAME=POOL}
     */
    public record Settings(
            List<SourceSettings> sources, Map<String, String> pools, Optional<String> pool, List<String> poolOf) {
        /** One source, and nothing else. */
        public static final Settings NONE = new Settings(List.of(), Map.of(), Optional.empty(), List.of());
    }

    /** {@code hostname} is what sources without a name of their own say in EHLO, {@code share} what part of all mail is this replica's, from 0 to 1. */
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

    /** Whether a message's tag matters at all. */
    public boolean byTag() {
        return byTag;
    }

    /** Whence one message is to go to a destination ({@link Blocks} says what that is); it counts for the plan of the source until it is {@linkplain #giveBack given back}. */
    public Choice choose(String account, Optional<String> tag, String destination) {
        var pool = tag.flatMap(name -> found("tag:" + name))
                .or(() -> found("account:" + account))
                .or(() -> otherwise);
        return pool.map(found -> chosen(found, destination)).orElse(unnamed);
    }

    /** Whether a text means {@code pool:NAME} or {@code source:NAME}, where it might be a route's target. */
    public static boolean isPoolOrSource(String target) {
        return target.startsWith(POOL) || target.startsWith(SOURCE);
    }

    /** The same from a pool or source, whoever's mail it is; empty if there is none of that name. */
    public Optional<Choice> chooseFrom(String target, String destination) {
        return of(target).map(found -> chosen(found, destination));
    }

    /** Refuses a name that there is not, with an {@link IllegalArgumentException} that tells those there are. */
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

    /** A message for which the source was chosen did not go. */
    public void giveBack(EgressSource source) {
        source.name().map(warmUps::get).ifPresent(WarmUp::giveBack);
    }
}
