package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.RetrySettings;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.BrokerProbe;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.KafkaSettings;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TopicSetup;
import io.milena.topics.kafka.TransferLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Starts both duties, {@link FailedMail} and {@link ReturnedMail}, when the topics are there, and stops them. */
@ApplicationScoped
public class BounceService {
    private static final Logger LOG = Logger.getLogger(BounceService.class);

    private final BounceConfig config;
    private final KafkaSettings kafka;
    private final RetrySettings retry;
    private final MeterRegistry meters;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final ServiceHealth health;
    private volatile List<TransferLoop> loops = List.of();
    private volatile Optional<BrokerProbe> brokers = Optional.empty();
    private BodyPrefix bodies;
    private SentRecipients sent;

    BounceService(BounceConfig config, KafkaSettings kafka, RetrySettings retry, MeterRegistry meters) {
        this.config = config;
        this.kafka = kafka;
        this.retry = retry;
        this.meters = meters;
        this.health = new ServiceHealth("bounce", meters);
    }

    ServiceHealth health() {
        return health;
    }

    void start(@Observes @Priority(200) StartupEvent event) {
        var clients = kafka.clients();
        TopicSetup.ensure(clients.base(), kafka.topics(retry), Duration.ofMinutes(2));
        var member = GroupMember.of(config.instance());
        loops = List.of(
                loop(clients, member, Topics.FAILED, failed(clients)),
                loop(clients, member, Topics.RETURNED, returned(clients)));
        loops.forEach(TransferLoop::start);
        brokers = Optional.of(new BrokerProbe(clients, () -> {}));
    }

    /** Whether brokers answer, and both loops have their partitions. */
    boolean connected() {
        return brokers.filter(BrokerProbe::answers).isPresent()
                && loops.stream().allMatch(TransferLoop::connected);
    }

    void stop(@Observes @Priority(200) ShutdownEvent event) {
        brokers.ifPresent(BrokerProbe::close);
        loops.forEach(TransferLoop::stop);
        loops.forEach(TransferLoop::close);
        // A consumer may be closed by its own thread only, or after it.
        if (bodies != null && loops.stream().noneMatch(TransferLoop::alive)) {
            bodies.close();
            sent.close();
        }
    }

    List<TransferLoop> loops() {
        return loops;
    }

    private TransferLoop loop(
            KafkaClients clients,
            GroupMember member,
            String topic,
            Function<ConsumerRecord<byte[], byte[]>, TransferLoop.Step> step) {
        var deadLetters = deadLetters(topic);
        return new TransferLoop(
                clients,
                member,
                health.loop(Topics.duty(topic)),
                (consumer, listener) -> consumer.subscribe(List.of(topic), listener),
                step,
                (record, reason) -> deadLetter(record, reason, deadLetters),
                clock);
    }

    private static void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason, Counter counter) {
        counter.increment();
        // A malformed record is explained by the reason; anything else is a bug, and needs its stack trace.
        LOG.errorf(
                reason instanceof MalformedRecordException ? null : reason,
                "%s-%d@%d goes to the dead letters: %s",
                record.topic(),
                record.partition(),
                record.offset(),
                reason);
    }

    private FailedMail failed(KafkaClients clients) {
        return new FailedMail(
                new DsnWriter(config.hostname(), retry.lifetime()),
                clients.limits()::takes,
                counter("milena.bounce.dsns", "reports sent to senders"),
                counter("milena.bounce.suppressed", "failures that no report may or need be sent for"));
    }

    private ReturnedMail returned(KafkaClients clients) {
        bodies = new BodyPrefix(clients);
        sent = new SentRecipients(clients, clock);
        return new ReturnedMail(
                returnAddress(), bodies::read, sent::of, clock, returnedCounter("outcome"), returnedCounter("dropped"));
    }

    private Optional<ReturnAddress> returnAddress() {
        if (config.returnDomain().isPresent() != config.returnSecret().isPresent()) {
            LOG.warn(
                    "milena.return-domain and milena.return-secret belong together: without both no return address is known");
        }
        return config.returnDomain()
                .flatMap(domain ->
                        config.returnSecret().map(secret -> new ReturnAddress(domain, secret, retry.lifetime())));
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
