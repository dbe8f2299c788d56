package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Several {@link Replica}s at one real broker, with their own DNS and MX hosts, and the mail that a test submits to
 * them.
 */
final class Replicas implements AutoCloseable {
    /** Time limit for events on a busy machine. */
    static final Duration LONG = Duration.ofSeconds(90);

    static final int PARTITIONS = 12;
    private static final byte[] CONTENT = "Subject: hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Path dir;
    private final TestBroker broker;
    private final List<Duration> delays;
    private final KafkaProducer<byte[], byte[]> producer;
    private final FakeDns dns = new FakeDns();
    private final List<CountingMx> hosts = new ArrayList<>();
    private final List<Replica> all = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private Optional<KafkaProxy> proxy = Optional.empty();
    private int submitted;

    Replicas(Path dir, Duration... delays) throws Exception {
        this.dir = dir;
        this.delays = List.of(delays);
        broker = TestBroker.fresh(new TopicSettings(PARTITIONS, (short) 1, false, this.delays));
        producer = broker.clients().producer(Map.of("linger.ms", 5));
    }

    /** Sets a key below {@code milena.} for replicas that are started from now on. */
    Replicas with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Puts a proxy between the broker and the replicas that are started from now on, which are impatient. */
    KafkaProxy proxy() throws Exception {
        proxy = Optional.of(new KafkaProxy(broker.kafka().bootstrapServers()));
        return proxy.get();
    }

    /** Sets the shaping file of all replicas. */
    Replicas shaping(String yaml) throws Exception {
        Files.writeString(dir.resolve("shaping.yaml"), yaml);
        return this;
    }

    /**
     * Makes an MX host with this name for these domains, at an address of its own and the port that all hosts share.
     */
    CountingMx mx(String name, String... domains) throws Exception {
        int number = hosts.size() + 2;
        var address = "127.0.0." + number;
        var mx = new CountingMx(address, hosts.isEmpty() ? 0 : hosts.getFirst().port());
        hosts.add(mx);
        with("delivery.remote-port", Integer.toString(mx.port()));
        dns.address(name, address);
        for (var domain : domains) {
            dns.mx(domain, 10, name);
        }
        return mx;
    }

    FakeDns dns() {
        return dns;
    }

    Replica start(String name) throws Exception {
        return start(name, settings);
    }

    /** Starts a replica that at once takes over the partitions of its predecessor with this instance name. */
    Replica startNamed(String name, String instance) throws Exception {
        var more = new HashMap<>(settings);
        more.put("instance", instance);
        return start(name, more);
    }

    private Replica start(String name, Map<String, String> with) throws Exception {
        var file = dir.resolve("shaping.yaml");
        var replica = new Replica(
                name,
                proxy.map(way -> new FaultyClients(way.clients().base(), KafkaProxy.IMPATIENT))
                        .orElseGet(() -> new FaultyClients(broker.clients().base())),
                dns,
                new ShapingSource(Files.exists(file) ? Optional.of(file) : Optional.empty()),
                delays,
                with);
        all.add(replica);
        return replica;
    }

    void stop(Replica replica) throws Exception {
        all.remove(replica);
        replica.close();
    }

    /** Kills the process of a replica, as hosts and broker see it. */
    void kill(Replica replica) throws Exception {
        replica.kill();
        hosts.forEach(host -> host.bury(replica.name()));
    }

    /** Writes an account to the directory. */
    void tell(Directory.Account account) throws Exception {
        var id = account.id().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(Topics.ACCOUNTS, id, Json.write(account)))
                .get();
    }

    /** Submits messages, each to a recipient of its own, and returns the recipients. */
    List<String> submit(String account, int priority, String domain, int count) {
        var recipients = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            int number = submitted++;
            var recipient = account + number + "@" + domain;
            recipients.add(recipient);
            Envelope envelope = Envelopes.of("id" + number, account, priority, recipient, CONTENT.length);
            producer.send(new MailRecord(envelope, CONTENT).to(Topics.OUTBOUND, domain));
        }
        producer.flush();
        return recipients;
    }

    List<String> submit(String domain, int count) {
        return submit("account", 0, domain, count);
    }

    /** Submits one message to this many recipients. */
    List<String> submitOne(String domain, int recipients) {
        var to = IntStream.range(0, recipients)
                .mapToObj(i -> "r" + i + "@" + domain)
                .toList();
        var envelope = Envelopes.of("one" + submitted++, "account", 0, to.getFirst(), CONTENT.length)
                .withRecipients(to.stream().map(Recipient::of).toList());
        producer.send(new MailRecord(envelope, CONTENT).to(Topics.OUTBOUND, domain));
        producer.flush();
        return to;
    }

    /** Returns when each replica has partitions and together they have all. */
    void awaitAssignment() throws Exception {
        try (var admin = Admin.create(broker.clients().base())) {
            await(Duration.ofSeconds(30), () -> "partitions are assigned", () -> isAssigned(admin));
        }
    }

    private boolean isAssigned(Admin admin) {
        try {
            var group = admin.describeConsumerGroups(List.of("milena-delivery"))
                    .all()
                    .get()
                    .get("milena-delivery");
            var counts = group.members().stream()
                    .map(member -> member.assignment().topicPartitions().stream()
                            .filter(partition -> partition.topic().equals(Topics.OUTBOUND))
                            .count())
                    .toList();
            // Waiting mail must be read by the replica that has the site.
            boolean alike = group.members().stream()
                    .allMatch(member -> numbers(member, Topics.OUTBOUND).equals(numbers(member, Topics.WAITING)));
            return alike
                    && counts.size() == all.size()
                    && counts.stream().allMatch(count -> count > 0)
                    && counts.stream().mapToLong(count -> count).sum() == PARTITIONS;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<Integer> numbers(MemberDescription member, String topic) {
        return member.assignment().topicPartitions().stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
    }

    KafkaClients clients() {
        return broker.clients();
    }

    /** All records that a topic has now. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = broker.clients().reader(Map.of())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** Waits until a host has got all of these, and asserts that each came once and no other mail came. */
    static void awaitAllOnce(CountingMx mx, Collection<String> submitted) throws InterruptedException {
        await(
                LONG,
                () -> "all arrive: " + mx.arrivals().size(),
                () -> mx.arrivals().size() >= submitted.size());
        assertThat(mx.copies()).containsOnlyKeys(submitted);
        assertThat(mx.duplicates()).isZero();
    }

    static void await(Duration limit, Supplier<String> what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws Exception {
        for (var replica : List.copyOf(all)) {
            stop(replica);
        }
        if (proxy.isPresent()) {
            proxy.get().close();
        }
        producer.close();
        for (var host : hosts) {
            host.close();
        }
        broker.close();
    }
}
