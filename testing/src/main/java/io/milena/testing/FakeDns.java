package io.milena.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server on loopback, UDP and TCP on one port, that answers from what a test has told it (RFC 1035): NXDOMAIN for a
 * name it was never told of, SERVFAIL where it was told to. Counts questions. Thread-safe.
 */
public final class FakeDns implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int TTL_SECONDS = 60;
    private static final int LARGEST_UDP_WITHOUT_EDNS = 512;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final int ttlSeconds;
    private final int negativeTtlSeconds;
    private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
    private final Set<Name> broken = ConcurrentHashMap.newKeySet();
    private final Set<Name> proved = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> questions = new ConcurrentHashMap<>();

    private volatile Health health = Health.WELL;

    /** How the whole server behaves. */
    public enum Health {
        /** As it was told of each name. */
        WELL,
        /** No question is answered. */
        SILENT,
        /** Every question is answered SERVFAIL. */
        FAILING
    }

    private FakeDns(DatagramSocket udp, ServerSocket tcp, int ttlSeconds, int negativeTtlSeconds) {
        this.udp = udp;
        this.tcp = tcp;
        this.ttlSeconds = ttlSeconds;
        this.negativeTtlSeconds = negativeTtlSeconds;
    }

    public static FakeDns start() throws IOException {
        return start(TTL_SECONDS, 1);
    }

    /** With this time to live on each answer that has records, and on each that has none. */
    public static FakeDns start(int ttlSeconds, int negativeTtlSeconds) throws IOException {
        while (true) {
            var tcp = new ServerSocket();
            tcp.bind(new InetSocketAddress(HOST, 0));
            try {
                var dns = new FakeDns(
                        new DatagramSocket(tcp.getLocalPort(), InetAddress.getByName(HOST)),
                        tcp,
                        ttlSeconds,
                        negativeTtlSeconds);
                Thread.ofVirtual().name("fake-dns-udp").start(dns::serveUdp);
                Thread.ofVirtual().name("fake-dns-tcp").start(dns::serveTcp);
                return dns;
            } catch (BindException taken) {
                tcp.close();
            }
        }
    }

    /** {@code host:port}, as {@code milena.dns.servers} wants it. */
    public String endpoint() {
        return HOST + ":" + tcp.getLocalPort();
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(HOST, tcp.getLocalPort());
    }

    public FakeDns mx(String domain, int preference, String host) {
        return add(new MXRecord(name(domain), DClass.IN, ttlSeconds, preference, name(host)));
    }

    /** RFC 7505: the domain takes no mail. */
    public FakeDns nullMx(String domain) {
        return add(new MXRecord(name(domain), DClass.IN, ttlSeconds, 0, Name.root));
    }

    /** An A or AAAA record, as the literal asks for. */
    public FakeDns address(String host, String literal) {
        var address = InetAddress.ofLiteral(literal);
        return add(
                literal.contains(":")
                        ? new AAAARecord(name(host), DClass.IN, ttlSeconds, address)
                        : new ARecord(name(host), DClass.IN, ttlSeconds, address));
    }

    public FakeDns cname(String alias, String canonical) {
        return add(new CNAMERecord(name(alias), DClass.IN, ttlSeconds, name(canonical)));
    }

    /** A TXT record; text longer than a character-string is split as it has to be (RFC 1035 §3.3.14). */
    public FakeDns txt(String owner, String text) {
        List<String> strings = new ArrayList<>();
        for (int at = 0; at < text.length(); at += 255) {
            strings.add(text.substring(at, Math.min(text.length(), at + 255)));
        }
        return add(new TXTRecord(name(owner), DClass.IN, ttlSeconds, strings));
    }

    /** DANE-EE(3), the public key's SHA-256 (RFC 6698 §2.1). */
    public FakeDns tlsa(String host, int port, byte[] keyHash) {
        return add(new TLSARecord(name("_" + port + "._tcp." + host), DClass.IN, ttlSeconds, 3, 1, 1, keyHash));
    }

    /** Answers about these names and those below bear the AD bit, as if DNSSEC proved them. */
    public FakeDns prove(String... domains) {
        Arrays.stream(domains).map(FakeDns::name).forEach(proved::add);
        return this;
    }

    /** Forgets what was told of the name. */
    public FakeDns forget(String domain) {
        records.remove(name(domain));
        return this;
    }

    /** From now on every question about the name is answered SERVFAIL, until {@link #repair}. */
    public FakeDns breakName(String domain) {
        broken.add(name(domain));
        return this;
    }

    public FakeDns repair(String domain) {
        broken.remove(name(domain));
        return this;
    }

    /** Changes the behaviour of the whole server, from the next question on. */
    public void become(Health next) {
        health = next;
    }

    /** How often the name was asked for with this type, e.g. {@code MX}. */
    public int questions(String domain, String type) {
        var count = questions.get(name(domain).canonicalize() + " " + type);
        return count == null ? 0 : count.get();
    }

    private FakeDns add(Record record) {
        records.computeIfAbsent(record.getName(), name -> new CopyOnWriteArrayList<>())
                .add(record);
        return this;
    }

    private void serveUdp() {
        var buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                if (health == Health.SILENT) {
                    continue;
                }
                var query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                var reply = answer(query);
                var wire = reply.toWire();
                int limit = query.getOPT() == null
                        ? LARGEST_UDP_WITHOUT_EDNS
                        : query.getOPT().getPayloadSize();
                if (wire.length > limit) {
                    // RFC 2181 §9: truncated, so that the client asks again over TCP.
                    reply.removeAllRecords(Section.ANSWER);
                    reply.getHeader().setFlag(Flags.TC);
                    wire = reply.toWire();
                }
                udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed, or a packet that is no DNS message: a name server says nothing to either.
                continue;
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                var socket = tcp.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                var query = in.readNBytes(in.readUnsignedShort());
                if (health == Health.SILENT) {
                    continue;
                }
                var wire = answer(new Message(query)).toWire();
                out.writeShort(wire.length);
                out.write(wire);
                out.flush();
            }
        } catch (IOException gone) {
            // The client hangs up when it has its answer.
            return;
        }
    }

    private Message answer(Message query) {
        var question = query.getQuestion();
        var reply = new Message();
        var header = new Header(query.getHeader().getID());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.AA);
        header.setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        reply.setHeader(header);
        reply.addRecord(question, Section.QUESTION);
        count(question);
        if (proved.stream().anyMatch(domain -> question.getName().subdomain(domain))) {
            header.setFlag(Flags.AD);
        }

        if (health == Health.FAILING || broken.contains(question.getName())) {
            header.setRcode(Rcode.SERVFAIL);
            return reply;
        }
        var at = question.getName();
        for (int hops = 0; hops < 8; hops++) {
            var there = records.getOrDefault(at, List.of());
            boolean any = false;
            for (var record : there) {
                if (record.getType() == question.getType()) {
                    reply.addRecord(record, Section.ANSWER);
                    any = true;
                }
            }
            var alias = there.stream()
                    .filter(CNAMERecord.class::isInstance)
                    .map(CNAMERecord.class::cast)
                    .findFirst();
            if (any || alias.isEmpty()) {
                break;
            }
            reply.addRecord(alias.get(), Section.ANSWER);
            at = alias.get().getTarget();
        }
        if (!exists(at)) {
            header.setRcode(Rcode.NXDOMAIN);
        }
        if (reply.getSection(Section.ANSWER).isEmpty()) {
            reply.addRecord(authority(), Section.AUTHORITY);
        }
        return reply;
    }

    // RFC 8020: a name exists when it or anything below it does.
    private boolean exists(Name name) {
        return records.keySet().stream().anyMatch(known -> known.subdomain(name));
    }

    // RFC 2308 §3: a negative answer carries the SOA that says how long it holds.
    private Record authority() {
        return new SOARecord(
                Name.root,
                DClass.IN,
                negativeTtlSeconds,
                name("ns.test"),
                name("root.test"),
                1,
                3600,
                600,
                86400,
                negativeTtlSeconds);
    }

    private void count(Record question) {
        var key = question.getName().canonicalize() + " " + Type.string(question.getType());
        questions.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
