package io.milena.delivery;

import io.milena.topics.kafka.KafkaClients;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Stands between Kafka clients and the one broker, and swallows the answer to a commit, with all that follow on the same
 * connection: the broker has done what was asked, and the client never hears of it. Two virtual threads for each
 * connection; thread-safe.
 */
public final class KafkaProxy implements AutoCloseable {
    /** Settings of producers that give a commit up after four seconds and not after a minute. */
    static final Map<String, Object> IMPATIENT =
            Map.of("max.block.ms", 1_000, "request.timeout.ms", 900, "delivery.timeout.ms", 1_000);

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final int broker;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    /** Clients whose commits are lost, until they make a new producer. */
    private final Set<String> losing = ConcurrentHashMap.newKeySet();
    /** How many questions of these clients for their group's progress are answered with "a transaction is open". */
    private final Map<String, AtomicInteger> untold = new ConcurrentHashMap<>();

    private volatile boolean hasLost;

    /** A request under way: an answer does not say what it answers. */
    private record Asked(ApiKeys kind, String client, short version) {}

    /** {@code bootstrapServers}: the address of the broker. */
    public KafkaProxy(String bootstrapServers) throws IOException {
        broker = Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
        Thread.ofVirtual().start(this::accept);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Impatient clients whose way to the broker leads through here. */
    public KafkaClients clients() {
        return new KafkaClients(Map.of("bootstrap.servers", bootstrapServers()), Duration.ofDays(1)) {
            @Override
            public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
                var config = new HashMap<>(more);
                config.putAll(IMPATIENT);
                return super.producer(config);
            }
        };
    }

    /** The answer to the next commit of the producer with this id is lost, until the client gives the producer up. */
    public void loseCommit(String client) {
        losing.add(client);
    }

    /**
     * When the consumer with this id asks for its group's progress, so many answers say that a transaction is still
     * open, as they do while the end of a transaction cannot be written to one of its partitions.
     */
    void keepOpen(String client, int answers) {
        untold.put(client, new AtomicInteger(answers));
    }

    /** Whether the answer to such a commit was lost. */
    public boolean hasLost() {
        return hasLost;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                var kafka = new Socket(InetAddress.getLoopbackAddress(), broker)) {
            sockets.add(kafka);
            var asked = new ConcurrentHashMap<Integer, Asked>();
            var answers = Thread.ofVirtual().start(() -> passAnswers(kafka, client, asked));
            passRequests(client, kafka, asked);
            kafka.close();
            answers.join();
            sockets.remove(kafka);
        } catch (IOException gone) {
            // Either side has closed; the other sees the end of its connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private void passRequests(Socket from, Socket kafka, Map<Integer, Asked> asked) throws IOException {
        var in = new DataInputStream(from.getInputStream());
        for (var request = frame(in); request != null; request = frame(in)) {
            var kind = ApiKeys.forId(request.getShort(0));
            var client = client(request);
            if (kind == ApiKeys.INIT_PRODUCER_ID && hasLost) {
                losing.remove(client);
            }
            asked.put(request.getInt(4), new Asked(kind, client, request.getShort(2)));
            write(request, kafka);
        }
    }

    private void passAnswers(Socket kafka, Socket client, Map<Integer, Asked> asked) {
        try (client) {
            var in = new DataInputStream(kafka.getInputStream());
            boolean swallowing = false;
            for (var answer = frame(in); answer != null; answer = frame(in)) {
                var request = asked.remove(answer.getInt(0));
                swallowing |= isLost(request);
                if (!swallowing) {
                    write(throughHere(request, answer), client);
                }
            }
        } catch (IOException gone) {
            // Either side has closed.
        }
    }

    private synchronized boolean isLost(Asked request) {
        boolean isLost = request.kind() == ApiKeys.END_TXN && losing.contains(request.client());
        hasLost |= isLost;
        return isLost;
    }

    /** The client's id, which stands in the header of each request. */
    private static String client(ByteBuffer request) {
        int length = Math.max(0, request.getShort(8));
        return new String(request.array(), 10, length, StandardCharsets.UTF_8);
    }

    /** Null at the end of the stream. */
    private static ByteBuffer frame(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        var octets = new byte[length];
        in.readFully(octets);
        return ByteBuffer.wrap(octets);
    }

    private static void write(ByteBuffer frame, Socket to) throws IOException {
        var octets = ByteBuffer.allocate(4 + frame.remaining())
                .putInt(frame.remaining())
                .put(frame);
        new DataOutputStream(to.getOutputStream()).write(octets.array());
    }

    /** The answer with this proxy in place of the broker, wherever it tells addresses. */
    private ByteBuffer throughHere(Asked request, ByteBuffer answer) {
        var in = new ByteBufferAccessor(answer.duplicate());
        short headers = request.kind().responseHeaderVersion(request.version());
        var header = new ResponseHeaderData(in, headers);
        Message body;
        switch (request.kind()) {
            case METADATA -> {
                var data = new MetadataResponseData(in, request.version());
                data.brokers().forEach(node -> node.setHost("127.0.0.1").setPort(server.getLocalPort()));
                body = data;
            }
            case FIND_COORDINATOR -> {
                var data = new FindCoordinatorResponseData(in, request.version());
                data.coordinators().stream()
                        .filter(node -> node.port() > 0)
                        .forEach(node -> node.setHost("127.0.0.1").setPort(server.getLocalPort()));
                body = data;
            }
            case DESCRIBE_CLUSTER -> {
                var data = new DescribeClusterResponseData(in, request.version());
                data.brokers().forEach(node -> node.setHost("127.0.0.1").setPort(server.getLocalPort()));
                body = data;
            }
            case OFFSET_FETCH -> {
                var left = untold.getOrDefault(request.client(), new AtomicInteger());
                if (!hasLost || left.getAndUpdate(count -> Math.max(0, count - 1)) == 0) {
                    return answer;
                }
                var data = new OffsetFetchResponseData(in, request.version());
                data.groups().stream()
                        .flatMap(group -> group.topics().stream())
                        .flatMap(topic -> topic.partitions().stream())
                        .forEach(partition -> partition.setErrorCode(Errors.UNSTABLE_OFFSET_COMMIT.code()));
                body = data;
            }
            default -> {
                return answer;
            }
        }
        var head = MessageUtil.toByteBufferAccessor(header, headers).buffer();
        var rest = MessageUtil.toByteBufferAccessor(body, request.version()).buffer();
        return ByteBuffer.allocate(head.remaining() + rest.remaining())
                .put(head)
                .put(rest)
                .flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
