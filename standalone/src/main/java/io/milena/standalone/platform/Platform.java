package io.milena.standalone.platform;

import io.milena.embedded.Ports;
import io.milena.embedded.StartException;
import io.milena.standalone.platform.Secrets.Secret;
import io.milena.topics.KeyEncryption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The common base of one process and a split platform: the data directory, the secrets, and the settings that tie the
 * services to them.
 */
public final class Platform {
    private final DataDirectory data;
    private final Secrets secrets;
    private final Settings settings;
    private final boolean live;
    private final int brokers;
    private final int deliveries;

    private Platform(DataDirectory data, Secrets secrets, Settings settings, UpOptions options) {
        this.data = data;
        this.secrets = secrets;
        this.settings = settings;
        this.live = options.live();
        this.brokers = options.brokers();
        this.deliveries = options.deliveries();
    }

    /** Locks the data directory for this process and makes what a first start needs. */
    public static Platform prepare(UpOptions options) {
        Configuration.requireSoundProcess();
        var settings = Settings.read(options.config());
        if (options.split() && settings.has("milena.split.auth-http-port")) {
            // The REST API, which one process has at its HTTP port, is at auth-service's port when split.
            settings.set("quarkus.http.port", settings.get("milena.split.auth-http-port"));
        }
        var data = DataDirectory.in(options.data());
        data.lock();
        requireSameBrokers(data, options.brokers());
        var platform = new Platform(data, new Secrets(data.secrets()), settings, options);
        platform.addDefaults();
        platform.writeCredentials();
        return platform;
    }

    private static void requireSameBrokers(DataDirectory data, int brokers) {
        int made = Files.exists(data.kafka(2)) ? 3 : Files.exists(data.kafka(1)) ? 1 : brokers;
        if (made != brokers) {
            throw new StartException("the data in %s belongs to %d broker(s): use --brokers %d or another --data"
                    .formatted(data.root(), made, made));
        }
    }

    private void addDefaults() {
        if (!live) {
            // Clients do not know the certificate of a trial. Where they are not told of STARTTLS, and with AUTH in
            // clear,
            // the defaults of all of them work at once.
            settings.orElse("milena.smtp.unannounced-starttls-ports", "2587")
                    .orElse("milena.smtp.auth-in-clear-from-loopback", true);
        }
        settings.orElse("milena.smtp.ports", "2525,2587")
                .orElse("milena.smtp.tls-ports", "2465")
                .orElse("quarkus.http.port", 8080)
                // The inbox shows all mail to anybody who can reach it, and the admin token crosses HTTP in clear.
                .orElse("quarkus.http.host", "127.0.0.1")
                .orElse("milena.standalone.kafka-port", 9092)
                .orElse("milena.standalone.kafka-controller-port", 9093)
                .orElse("milena.standalone.postgres-port", 15432)
                .orElse("milena.standalone.postbox", !live)
                .orElse("milena.standalone.postbox-port", 3025)
                .set("milena.standalone.data", data.root())
                // A fixed name: after a restart the group does not wait for a killed predecessor.
                .orElse("milena.instance", "standalone")
                .orElse("milena.tls.self-signed-directory", data.tls())
                // In a trial no mail leaves the machine, so nobody is harmed by a domain that is not one's own.
                .orElse("milena.domains.verification", live ? "required" : "off")
                // The first account is the operator's own, and its first message comes from whatever domain is at hand.
                .orElse("milena.bootstrap.unrestricted", true)
                .orElse("milena.auth.service-token", secrets.value(Secret.SERVICE_TOKEN))
                .orElse("quarkus.datasource.username", "milena")
                .orElse("quarkus.datasource.password", secrets.value(Secret.DATABASE_PASSWORD))
                .orElse(
                        "quarkus.datasource.jdbc.url",
                        "jdbc:postgresql://127.0.0.1:" + settings.port("milena.standalone.postgres-port") + "/milena")
                .orElse("milena.auth.url", "http://127.0.0.1:" + settings.port("quarkus.http.port"));
        if (settings.has("milena.return-domain")) {
            settings.orElse("milena.return-secret", secrets.value(Secret.RETURN_SECRET));
        }
        inFile("milena.bootstrap.admin-token", Secret.ADMIN_TOKEN);
        inFile("milena.bootstrap.api-key", Secret.API_KEY);
        inFile(KeyEncryption.SETTING, Secret.KEY_ENCRYPTION);
        if (hasPostbox()) {
            settings.orElse("milena.delivery.routes", postboxRoute())
                    .orElse("milena.delivery.allowed-networks", "127.0.0.0/8");
        }
        var servers = new StringBuilder("127.0.0.1:" + kafkaPort(1));
        for (int node = 2; node <= brokers; node++) {
            servers.append(",127.0.0.1:").append(kafkaPort(node));
        }
        settings.orElse("milena.kafka.bootstrap-servers", servers);
        if (brokers == 3) {
            settings.orElse("milena.kafka.replication", 3).orElse("milena.kafka.flush", false);
        }
        if (brokers == 3 || deliveries > 1) {
            // The partitions are shared out among the replicas.
            settings.orElse("milena.kafka.partitions", 12);
        }
    }

    private void inFile(String key, Secret secret) {
        if (!settings.has(key)) {
            settings.orElse(key + "-file", secrets.file(secret));
        }
    }

    private void writeCredentials() {
        new Credentials(
                        smtpPorts(),
                        tlsPorts(),
                        secret("milena.bootstrap.api-key"),
                        "http://127.0.0.1:" + settings.port("quarkus.http.port"),
                        secret("milena.bootstrap.admin-token"))
                .write(data.credentials());
    }

    private String secret(String key) {
        return settings.has(key) ? settings.get(key) : Secrets.read(Path.of(settings.get(key + "-file")));
    }

    /** Throws with one sentence if another program uses a public port, instead of a later stack trace. */
    public void requireFreePorts(List<String> httpPortKeys) {
        var smtpHost = settings.has("milena.smtp.host") ? settings.get("milena.smtp.host") : "0.0.0.0";
        smtpPorts().forEach(port -> requireFree(smtpHost, port, "SMTP", "milena.smtp.ports"));
        tlsPorts().forEach(port -> requireFree(smtpHost, port, "SMTP with TLS", "milena.smtp.tls-ports"));
        for (var key : httpPortKeys) {
            requireFree(settings.get("quarkus.http.host"), settings.port(key), "HTTP", key);
        }
        requireFree("127.0.0.1", kafkaPort(1), "Kafka", "milena.standalone.kafka-port");
        requireFree("127.0.0.1", controllerPort(1), "Kafka's controller", "milena.standalone.kafka-controller-port");
        if (hasPostbox()) {
            var key = "milena.standalone.postbox-port";
            requireFree("127.0.0.1", settings.port(key), "postbox", key);
        }
    }

    private static void requireFree(String host, int port, String purpose, String key) {
        try {
            Ports.requireFree(host, port, purpose);
        } catch (StartException e) {
            throw new StartException(e.getMessage() + "; " + key + " sets another", e);
        }
    }

    public DataDirectory data() {
        return data;
    }

    public Settings settings() {
        return settings;
    }

    public Path databasePasswordFile() {
        return secrets.file(Secret.DATABASE_PASSWORD);
    }

    public boolean hasPostbox() {
        return Boolean.parseBoolean(settings.get("milena.standalone.postbox"));
    }

    public int brokers() {
        return brokers;
    }

    /** Number of processes of delivery-service. */
    public int deliveries() {
        return deliveries;
    }

    public int kafkaPort(int node) {
        return settings.port("milena.standalone.kafka-port") + 2 * (node - 1);
    }

    public int controllerPort(int node) {
        return settings.port("milena.standalone.kafka-controller-port") + 2 * (node - 1);
    }

    /** The text to print when everything runs. */
    public String readyMessage(String inboxUrl) {
        return ReadyMessage.text(
                data.credentials(),
                destination(inboxUrl),
                Boolean.parseBoolean(settings.get("milena.bootstrap.unrestricted")),
                smtpPorts(),
                tlsPorts(),
                secret("milena.bootstrap.api-key"));
    }

    /** A line of the ready message: the destination of sent mail under this configuration. */
    private String destination(String inboxUrl) {
        var key = "milena.delivery.routes";
        var routes = Optional.ofNullable(System.getProperty(key))
                .or(() -> Optional.ofNullable(System.getenv("MILENA_DELIVERY_ROUTES")))
                .orElseGet(() -> settings.has(key) ? settings.get(key) : "");
        if (hasPostbox() && routes.equals(postboxRoute())) {
            return "Sent mail is at   " + inboxUrl;
        }
        var rest = routes.isEmpty()
                ? "Sent mail goes to its recipients' MX"
                : "Sent mail goes by " + routes + " (" + key + "), other mail to its recipients' MX";
        return routes.contains("*=") ? "Sent mail goes by " + routes + " (" + key + ")" : rest;
    }

    private String postboxRoute() {
        return "*=127.0.0.1:" + settings.port("milena.standalone.postbox-port");
    }

    private List<Integer> smtpPorts() {
        return settings.ports("milena.smtp.ports");
    }

    private List<Integer> tlsPorts() {
        return settings.ports("milena.smtp.tls-ports");
    }
}
