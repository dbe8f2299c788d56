package io.milena.auth;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

/**
 * A name server that knows TXT records only: NXDOMAIN for what it was not told, SERVFAIL below {@code broken.example}.
 * Thread-safe.
 */
final class NameServer implements AutoCloseable {
    private static final Name BROKEN = Name.fromConstantString("broken.example.");

    private final DatagramSocket socket;
    private final Map<Name, String> texts = new ConcurrentHashMap<>();

    private NameServer(DatagramSocket socket) {
        this.socket = socket;
    }

    static NameServer start() throws IOException {
        var server = new NameServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("name-server").start(server::serve);
        return server;
    }

    String endpoint() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** A text longer than 255 octets is split, as in a zone. */
    void txt(String name, String text) {
        texts.put(Name.fromConstantString(name + "."), text);
    }

    private void serve() {
        var buffer = new byte[4096];
        var packet = new DatagramPacket(buffer, buffer.length);
        try {
            while (true) {
                socket.receive(packet);
                byte[] reply = answer(new Message(Arrays.copyOf(buffer, packet.getLength())));
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            socket.close();
        }
    }

    private byte[] answer(Message query) {
        var name = query.getQuestion().getName();
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        if (name.subdomain(BROKEN)) {
            reply.getHeader().setRcode(Rcode.SERVFAIL);
        } else if (texts.containsKey(name)) {
            reply.addRecord(new TXTRecord(name, DClass.IN, 60, strings(texts.get(name))), Section.ANSWER);
        } else {
            reply.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        return reply.toWire();
    }

    private static List<String> strings(String text) {
        return Arrays.asList(text.split("(?<=\\G.{255})"));
    }

    @Override
    public void close() {
        socket.close();
    }
}
