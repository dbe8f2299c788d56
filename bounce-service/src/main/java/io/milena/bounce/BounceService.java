package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.KafkaClients;
import io.milena.topics.KafkaSettings;
import io.milena.topics.RetrySettings;
import io.milena.topics.ReturnAddress;
import io.milena.topics.TopicSetup;
import io.milena.topics.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Starts the two duties when the topics are there, and ends them. */
@ApplicationScoped
public class BounceService {
    private static final Logger LOG = Logger.getLogger(BounceService.class);

    private final BounceConfig config;
    private final KafkaSettings kafka;
    private final RetrySettings retry;
    private final MeterRegistry meters;
    private volatile List<TransactionLoop> loops = List.of();
    private BodyPrefix bodies;

    BounceService(BounceConfig config, KafkaSettings kafka, RetrySettings retry, MeterRegistry meters) {
        this.config = config;
        this.kafka = kafka;
        this.retry = retry;
        this.meters = meters;
    }

    void start(@Observes @Priority(200) StartupEvent event) {
        var clients = kafka.clients();
        TopicSetup.ensure(clients.base(), kafka.topics(retry), Duration.ofMinutes(2));
        // Fresh for each process: two replicas with one id would fence each other.
        var process = "milena-bounce-" + UUID.randomUUID();
        loops = List.of(failed(clients, process), returned(clients, process));
        loops.forEach(TransactionLoop::start);
    }

    void stop(@Observes @Priority(200) ShutdownEvent event) {
        loops.forEach(TransactionLoop::close);
        // A consumer may be closed by its own thread only, or after it.
        if (bodies != null && loops.stream().noneMatch(TransactionLoop::alive)) {
            bodies.close();
        }
    }

    List<TransactionLoop> loops() {
        return loops;
    }

    private TransactionLoop failed(KafkaClients clients, String process) {
        var handler = new FailedMail(
                new DsnWriter(config.hostname(), retry.lifetime()),
                counter("milena.bounce.dsns", "reports sent to senders"),
                counter("milena.bounce.suppressed", "failures that no report may or need be sent for"));
        return new TransactionLoop(
                Topics.FAILED, "milena-bounce", process + "-failed", clients, handler, deadLetters(Topics.FAILED));
    }

    private TransactionLoop returned(KafkaClients clients, String process) {
        bodies = new BodyPrefix(clients);
        var handler = new ReturnedMail(
                returnAddress(),
                bodies::read,
                Clock.systemUTC(),
                returnedCounter("outcome"),
                returnedCounter("dropped"));
        return new TransactionLoop(
                Topics.RETURNED,
                "milena-returned",
                process + "-returned",
                clients,
                handler,
                deadLetters(Topics.RETURNED));
    }

    private Optional<ReturnAddress> returnAddress() {
        if (config.returnDomain().isPresent() != config.returnSecret().isPresent()) {
            LOG.warn(
                    "milena.return-domain and milena.return-secret belong together: without both no return address is known");
        }
        return config.returnDomain()
                .flatMap(domain -> config.returnSecret().map(secret -> new ReturnAddress(domain, secret)));
    }

    private Counter returnedCounter(String result) {
        return Counter.builder("milena.bounce.returned")
                .description("outcomes told by mail that came to return addresses, and such mail that told none")
                .tag("result", result)
                .register(meters);
    }

    private Counter deadLetters(String topic) {
        return Counter.builder("milena.bounce.dead.letters")
                .description("records that could not be handled")
                .tag("topic", topic)
                .register(meters);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
