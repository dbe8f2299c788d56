package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.split.PartState;
import io.milena.standalone.split.SplitCommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/**
 * {@code status}: the platform in one screen. Shows each part with its version and its start time or its failure; the
 * waiting mail; topics and partitions; the end of the certificate. The exit code is 1 if any part is not up.
 */
@CommandLine.Command(
        name = "status",
        description = "Show the platform in one screen: its parts, what waits, its topics, its certificate.")
final class StatusCommand implements Command {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Override
    public int run(Console console, Map<String, String> environment) {
        var parts = new TreeMap<String, JsonNode>();
        Endpoint.parts(platform, environment).forEach((name, endpoint) -> {
            try (var client = new Client(endpoint)) {
                parts.put(name, part(client, endpoint));
            }
        });
        var directory = Endpoint.directory(platform, environment);
        directory.ifPresent(data -> addServers(data, parts));
        var all = JSON.objectNode();
        var list = all.putObject("parts");
        parts.forEach(list::set);
        addQueues(all, environment);
        if (directory.isPresent()) {
            Endpoint.settingsOf(platform, "ingest").ifPresent(settings -> {
                addTopics(all, settings);
                addCertificate(all, settings);
            });
        }
        if (platform.json) {
            console.print(all);
        } else {
            print(all, parts, console);
        }
        return parts.values().stream().allMatch(StatusCommand::isUp) ? 0 : 1;
    }

    /** The health and version of a part. A part that does not answer is down. */
    private static JsonNode part(Client client, Endpoint endpoint) {
        try {
            var health = (ObjectNode) client.health();
            health.set("info", client.info());
            return health;
        } catch (RefusedException e) {
            var stopped = endpoint.stopped();
            return down(stopped.isPresent() ? "STOPPED" : "DOWN", stopped.orElse(e.getMessage()));
        }
    }

    private static ObjectNode down(String status, String why) {
        var down = JSON.objectNode().put("status", status);
        down.putArray("checks").addObject().put("name", why).put("status", "DOWN");
        return down;
    }

    /**
     * Adds the brokers, database and postbox of a split platform, which have no health endpoint: only their processes
     * are checked.
     */
    private static void addServers(Path directory, Map<String, JsonNode> parts) {
        var data = new DataDirectory(directory);
        if (parts.containsKey("milena")) {
            return;
        }
        for (var name : SplitCommands.parts(data)) {
            if (!parts.containsKey(name)) {
                SplitCommands.state(data, name).ifPresent(state -> parts.put(name, server(name, state)));
            }
        }
    }

    private static JsonNode server(String name, PartState state) {
        return switch (state.state()) {
            case RUNNING -> {
                var up = JSON.objectNode().put("status", "UP");
                up.putArray("checks");
                state.since().ifPresent(since -> up.putObject("info").put("started", since.toString()));
                yield up;
            }
            case STOPPED -> down("STOPPED", "milena start " + name + " starts it");
            case ENDED -> down("DOWN", "it has ended by itself: milena logs " + name + " may say why");
        };
    }

    private void addQueues(ObjectNode all, Map<String, String> environment) {
        try (var client = new Client(Endpoint.of(platform, "delivery", environment))) {
            var queues = client.get("/v1/queues");
            var waiting = all.putObject("waiting")
                    .put("queued", queues.path("queued").asLong())
                    .put("exact", queues.path("exact").asBoolean())
                    .put("replicas", queues.path("replicas").size())
                    .put("orders", queues.path("orders").asInt());
            StreamSupport.stream(queues.path("queues").spliterator(), false)
                    .map(queue -> queue.path("state").path("oldest"))
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::asText)
                    .min(String::compareTo)
                    .ifPresent(oldest -> waiting.put("oldest", oldest));
        } catch (RefusedException | UsageException e) {
            all.putObject("waiting").put("unknown", e.getMessage());
        }
    }

    private static void addTopics(ObjectNode all, Properties settings) {
        var servers = settings.getProperty("milena.kafka.bootstrap-servers");
        if (servers == null) {
            return;
        }
        try {
            var topics = TopicCounts.of(servers);
            all.putObject("topics")
                    .put("brokers", topics.brokers())
                    .put("topics", topics.topics())
                    .put("partitions", topics.partitions())
                    .put("leaderless", topics.leaderless());
        } catch (RefusedException e) {
            all.putObject("topics").put("unknown", e.getMessage());
        }
    }

    private static void addCertificate(ObjectNode all, Properties settings) {
        var tls = settings.getProperty("milena.smtp.tls-ports", "").strip();
        var port = (tls.isEmpty() ? settings.getProperty("milena.smtp.ports", "") : tls).split(",")[0].strip();
        var host = settings.getProperty("milena.smtp.host", "0.0.0.0");
        if (port.isEmpty()) {
            return;
        }
        try {
            var address = new InetSocketAddress(Endpoint.reachable(host), Integer.parseInt(port));
            var certificate = ServedCertificate.of(address, tls.isEmpty());
            all.putObject("certificate")
                    .put("subject", certificate.getSubjectX500Principal().getName())
                    .put("ends", certificate.getNotAfter().toInstant().toString());
        } catch (IOException e) {
            all.putObject("certificate").put("unknown", "port " + port + " shows none");
        }
    }

    private static void print(JsonNode all, Map<String, JsonNode> parts, Console console) {
        var now = console.clock().instant();
        console.print(table(parts, now));
        console.out().println();
        console.field("waiting", waiting(all.path("waiting"), now));
        if (all.has("topics")) {
            console.field("topics", topics(all.path("topics")));
        }
        if (all.has("certificate")) {
            console.field("TLS", certificate(all.path("certificate"), now));
        }
    }

    private static String waiting(JsonNode waiting, Instant now) {
        if (waiting.has("unknown")) {
            return "unknown: " + waiting.path("unknown").asText();
        }
        int orders = waiting.path("orders").asInt();
        return QueueCommand.queued(waiting)
                + (waiting.has("oldest")
                        ? ", the oldest for "
                                + Figures.age(
                                        Instant.parse(waiting.path("oldest").asText()), now)
                        : "")
                + (orders == 0 ? "" : "; " + orders + (orders == 1 ? " order holds" : " orders hold"));
    }

    private static String topics(JsonNode topics) {
        if (topics.has("unknown")) {
            return "unknown: " + topics.path("unknown").asText();
        }
        int leaderless = topics.path("leaderless").asInt();
        return "%s with %s on %s%s"
                .formatted(
                        Figures.count(topics.path("topics").asLong(), "topic"),
                        Figures.count(topics.path("partitions").asLong(), "partition"),
                        Figures.count(topics.path("brokers").asLong(), "broker"),
                        leaderless == 0 ? "" : "; " + leaderless + " WITHOUT A LEADER");
    }

    private static String certificate(JsonNode certificate, Instant now) {
        if (certificate.has("unknown")) {
            return "unknown: " + certificate.path("unknown").asText();
        }
        var ends = Instant.parse(certificate.path("ends").asText());
        long days = ChronoUnit.DAYS.between(now, ends);
        return "the certificate of %s %s %s (%s)"
                .formatted(
                        certificate.path("subject").asText(),
                        ends.isAfter(now) ? "ends" : "HAS ENDED",
                        ends,
                        ends.isAfter(now) ? "in " + Figures.count(days, "day") : "it is not valid any more");
    }

    private static Table table(Map<String, JsonNode> parts, Instant now) {
        var table = new Table("PART", "STATE", "VERSION", ">UP FOR", "WHY");
        parts.forEach((name, health) -> {
            var reasons = reasons(health);
            var started = health.path("info").path("started");
            table.row(
                    name,
                    health.path("status").asText(),
                    version(health.path("info")),
                    started.isTextual() ? Figures.age(Instant.parse(started.asText()), now) : "",
                    reasons.isEmpty() ? "" : reasons.getFirst());
            reasons.stream().skip(1).forEach(reason -> table.row(" ", " ", " ", " ", reason));
        });
        return table;
    }

    private static String version(JsonNode info) {
        var commit = info.path("commit").asText("");
        return info.path("version").asText("") + (commit.isEmpty() ? "" : " (" + commit + ")");
    }

    /** The data of each failed check, or its name if it has none; and a shaping file that is not in force. */
    private static List<String> reasons(JsonNode health) {
        var reasons = new ArrayList<String>();
        for (var check : health.path("checks")) {
            if (!isUp(check)) {
                var name = check.path("name").asText();
                if (check.path("data").isEmpty()) {
                    reasons.add(name);
                }
                check.path("data")
                        .properties()
                        .forEach(entry -> reasons.add(name + ": " + entry.getKey() + ": "
                                + entry.getValue().asText()));
            } else if (check.path("data").has("shaping")) {
                // Mail goes on within the limits that held before.
                reasons.add("limits are not as configured: "
                        + check.path("data").path("shaping").asText());
            }
        }
        return reasons;
    }

    private static boolean isUp(JsonNode health) {
        return health.path("status").asText().equals("UP");
    }
}
