package io.milena.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The ways to each broker and its controller, for brokers that are started with them ({@link #on}). A broker can be cut
 * off from the other brokers, which its clients do not notice, or from everybody. Thread-safe once it is open.
 */
final class BrokerLinks implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Link> toBrokers = new TreeMap<>();
    private final Map<String, Link> toControllers = new TreeMap<>();

    /** Begins with the ways; the ports of the brokers are in the commands by which the platform started them. */
    void open(PlatformProcess platform, int brokers) throws IOException {
        var names = Parts.brokers(brokers);
        var callers = new Callers(names, platform::pidFile);
        for (int i = 0; i < brokers; i++) {
            var name = names.get(i);
            var command = new ArrayList<String>();
            JSON.readTree(platform.data().resolve("run/" + name + ".json").toFile())
                    .get("command")
                    .forEach(word -> command.add(word.asText()));
            toBrokers.put(name, Link.to(Integer.parseInt(value(command, "--port")), callers::of));
            toControllers.put(name, Link.to(controller(command, i), callers::of));
        }
    }

    private static String value(List<String> command, String option) {
        return command.get(command.indexOf(option) + 1);
    }

    private static int controller(List<String> command, int number) {
        return Integer.parseInt(value(command, "--controllers").split(",")[number]);
    }

    /** The command of a part; that of a broker, so that all others reach it by these ways. */
    List<String> on(String name, List<String> command) {
        if (!toBrokers.containsKey(name)) {
            return command;
        }
        var changed = new ArrayList<>(command);
        int number = List.copyOf(toBrokers.keySet()).indexOf(name);
        changed.addAll(List.of("--controller", Integer.toString(controller(command, number))));
        changed.addAll(
                List.of("--advertised", Integer.toString(toBrokers.get(name).port())));
        changed.set(
                changed.indexOf("--controllers") + 1,
                toControllers.values().stream()
                        .map(link -> Integer.toString(link.port()))
                        .collect(Collectors.joining(",")));
        return changed;
    }

    /** Its clients still reach the broker, and it reaches nobody who replicates its records. */
    void cutFromBrokers(String name) {
        all().forEach((other, links) -> links.forEach(link -> link.cut(
                caller -> other.equals(name) ? !caller.isEmpty() && !caller.equals(name) : caller.equals(name))));
    }

    /** Nobody reaches the broker, and it reaches nobody. */
    void cutFromAll(String name) {
        all().forEach((other, links) -> links.forEach(
                link -> link.cut(caller -> other.equals(name) ? !caller.equals(name) : caller.equals(name))));
    }

    void mend() throws IOException {
        for (var links : all().values()) {
            for (var link : links) {
                link.mend();
            }
        }
    }

    private Map<String, List<Link>> all() {
        return toBrokers.keySet().stream()
                .collect(Collectors.toMap(name -> name, name -> List.of(toBrokers.get(name), toControllers.get(name))));
    }

    @Override
    public void close() throws IOException {
        for (var links : all().values()) {
            for (var link : links) {
                link.close();
            }
        }
    }
}
