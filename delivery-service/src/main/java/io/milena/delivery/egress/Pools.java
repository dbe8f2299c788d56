package io.milena.delivery.egress;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * All sources, and which mail goes from which: by header tag, by account, else from the default pool; where none is configured, from the unnamed source.
 * Thread-safe.
 */
public final class Pools {
    private static final String POOLS = "milena.delivery.pools.";
    private static final String POOL_OF = "milena.delivery.pool-of";

    private final Choice unnamed;
    /** What a name begins with that is a pool's, where it might be a route's target. */
    public static final String PREFIX = "pool:";

    private final Map<String, Pool> byName = new HashMap<>();
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
        }
        settings.pools().forEach((name, members) -> byName.put(name, new Pool(name, shares(name, members, sources))));
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
            shares.add(new Pool.Share(source, weight, Optional.ofNullable(warmUps.get(name))));
        }
        return shares;
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

    /** The same from a pool of this name, whoever's mail it is; empty if there is none. */
    public Optional<Choice> chooseFrom(String pool, String destination) {
        return Optional.ofNullable(byName.get(pool)).map(found -> chosen(found, destination));
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
