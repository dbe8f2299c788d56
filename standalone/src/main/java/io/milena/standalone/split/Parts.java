package io.milena.standalone.split;

import io.milena.embedded.EmbeddedKafka;
import io.milena.embedded.KafkaNode;
import io.milena.embedded.PostgresNode;
import io.milena.embedded.StartException;
import io.milena.standalone.platform.Platform;
import io.milena.standalone.postbox.PostboxNode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The command line and the settings of each part. Heap sizes are the observed need of each part, with some reserve. */
final class Parts {
    /** Stop order: from ingest, where mail comes in, towards Kafka. */
    static final List<String> STOP_ORDER = List.of("ingest", "delivery", "bounce", "auth", "postbox", "postgres");

    private static final String INBOX_HOSTS = "milena.standalone.inbox-hosts";
    private static final Map<String, Integer> HTTP_PORTS =
            Map.of("ingest", 8081, "delivery", 8082, "bounce", 8083, "postbox", 8084);

    private final Platform platform;
    private final Path home;

    Parts(Platform platform) {
        this.platform = platform;
        this.home = home();
        HTTP_PORTS.forEach((name, port) -> platform.settings().orElse(portKey(name), port));
        for (int i = 2; i <= platform.deliveries(); i++) {
            platform.settings().orElse(portKey("delivery-" + i), HTTP_PORTS.get("postbox") + i - 1);
        }
        platform.settings().orElse(portKey("auth"), platform.settings().get("quarkus.http.port"));
    }

    /** The key of a part's HTTP port, {@code milena.split.NAME-http-port}. */
    static String portKey(String name) {
        return "milena.split." + name + "-http-port";
    }

    /** Names of the services: {@code delivery} is joined by {@code delivery-2} and so on, if there are several. */
    List<String> services() {
        var names = new ArrayList<>(List.of("auth", "bounce", "delivery", "ingest"));
        for (int i = 2; i <= platform.deliveries(); i++) {
            names.add("delivery-" + i);
        }
        return names;
    }

    /** The kind of a part: {@code delivery} for {@code delivery-2}. */
    static String kind(String name) {
        return name.replaceFirst("-\\d+$", "");
    }

    List<Part> brokers() {
        var controllers = IntStream.rangeClosed(1, platform.brokers())
                .mapToObj(node -> Integer.toString(platform.controllerPort(node)))
                .collect(Collectors.joining(","));
        var cluster = EmbeddedKafka.newClusterId();
        return IntStream.rangeClosed(1, platform.brokers())
                .mapToObj(node -> library(
                        "kafka-" + node,
                        "320m",
                        KafkaNode.class,
                        "--dir",
                        platform.data().kafka(node).toString(),
                        "--node",
                        Integer.toString(node),
                        "--port",
                        Integer.toString(platform.kafkaPort(node)),
                        "--controllers",
                        controllers,
                        "--cluster",
                        cluster))
                .toList();
    }

    Part postgres() {
        return library(
                "postgres",
                "48m",
                PostgresNode.class,
                "--dir",
                platform.data().postgres().toString(),
                "--port",
                platform.settings().get("milena.standalone.postgres-port"),
                "--password-file",
                platform.databasePasswordFile().toString());
    }

    Part postbox() {
        var settings = platform.settings();
        return library(
                "postbox",
                "320m",
                PostboxNode.class,
                platform.data().postbox().toString(),
                settings.get("milena.standalone.postbox-port"),
                settings.get("quarkus.http.host"),
                settings.get(portKey("postbox")),
                settings.has(INBOX_HOSTS) ? settings.get(INBOX_HOSTS) : "");
    }

    /** A service, run from its own build with a settings file. */
    Part service(String name) {
        var kind = kind(name);
        var jar = home.resolve(kind + "-service/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new StartException(jar + " is missing: the project is not built");
        }
        int port = platform.settings().port(portKey(name));
        var settingsFile = platform.data().run().resolve(name + ".properties");
        var settings = platform.settings().copy().set("quarkus.http.port", port);
        if (!kind.equals(name)) {
            settings.set("milena.instance", settings.get("milena.instance") + name.substring(kind.length()));
        }
        settings.write(settingsFile);
        var command = java(name, List.of("ingest", "delivery").contains(kind) ? "384m" : "224m");
        command.add("-Dquarkus.config.locations=" + settingsFile);
        command.add("-jar");
        command.add(jar.toString());
        return new Part(name, command, Optional.of("http://127.0.0.1:" + port + "/q/health/ready"));
    }

    /** A part whose program is in standalone's libraries. */
    private Part library(String name, String heap, Class<?> program, String... arguments) {
        var app = home.resolve("standalone/target/quarkus-app");
        var command = java(name, heap);
        command.add("-cp");
        command.add("%1$s/lib/boot/*:%1$s/lib/main/*:%1$s/app/*".formatted(app));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return new Part(name, command, Optional.empty());
    }

    private List<String> java(String name, String heap) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                PartProcess.marker(platform.data(), name),
                "-Xms16m",
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    }

    /** The project's root, which {@code ./milena} passes on; otherwise four levels above standalone's own jar. */
    private static Path home() {
        var told = System.getProperty("milena.home");
        if (told != null) {
            return Path.of(told);
        }
        try {
            var jar = Path.of(Parts.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.resolve("../../../../..").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
