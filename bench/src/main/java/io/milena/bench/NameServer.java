package io.milena.bench;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.xbill.DNS.ARecord;
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
import org.xbill.DNS.TextParseException;

/**
 * A name server on loopback, UDP alone (no answer is long): each domain has the MX host {@code mx.DOMAIN}, and that one address. All other names do
 * not exist.
 */
final class NameServer implements AutoCloseable {
    private static final int TTL_SECONDS = 3600;

    private final DatagramSocket socket;
    private final Map<Name, Record> records = new TreeMap<>();

    NameServer(Map<String, InetAddress> domains) throws IOException {
        for (var domain : domains.entrySet()) {
            var name = name(domain.getKey());
            var host = name("mx." + domain.getKey());
            records.put(name, new MXRecord(name, DClass.IN, TTL_SECONDS, 10, host));
            records.put(host, new ARecord(host, DClass.IN, TTL_SECONDS, domain.getValue()));
        }
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        var buffer = new byte[4096];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                var reply = answer(new Message(Arrays.copyOf(buffer, packet.getLength())))
                        .toWire();
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed, or no DNS message: nothing is said to either.
                continue;
            }
        }
    }

    private Message answer(Message query) {
        var question = query.getQuestion();
        var reply = new Message();
        var header = new Header(query.getHeader().getID());
        for (int flag : List.of(Flags.QR, Flags.AA, Flags.RA)) {
            header.setFlag(flag);
        }
        reply.setHeader(header);
        reply.addRecord(question, Section.QUESTION);
        var known = Optional.ofNullable(records.get(question.getName()));
        if (known.isEmpty()) {
            header.setRcode(Rcode.NXDOMAIN);
        }
        known.filter(record -> record.getType() == question.getType())
                .ifPresentOrElse(
                        record -> reply.addRecord(record, Section.ANSWER),
                        () -> reply.addRecord(authority(), Section.AUTHORITY));
        return reply;
    }

    // RFC 2308 §3: a negative answer carries the SOA that says how long it holds.
    private static Record authority() {
        return new SOARecord(
                name("test"), DClass.IN, TTL_SECONDS, name("ns.test"), name("root.test"), 1, 3600, 600, 86400, 3600);
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
        socket.close();
    }
}
