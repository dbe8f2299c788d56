package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A SOCKS5 proxy (RFC 1928, 1929) that checks its client octet by octet, and relays from an address of loopback. */
public record SocksServer(InetAddress from, Optional<String> user, Optional<String> password)
        implements ScriptedPeer.Script {
    public static SocksServer open(String from) {
        return new SocksServer(InetAddress.ofLiteral(from), Optional.empty(), Optional.empty());
    }

    static SocksServer closed(String from, String user, String password) {
        return new SocksServer(InetAddress.ofLiteral(from), Optional.of(user), Optional.of(password));
    }

    @Override
    public void play(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        assertThat(in.readUnsignedByte()).isEqualTo(5);
        var methods = in.readNBytes(in.readUnsignedByte());
        byte wanted = (byte) (user.isPresent() ? 2 : 0);
        assertThat(methods).contains(wanted);
        write(socket, 5, wanted);
        if (user.isPresent() && !loggedIn(socket, in)) {
            return;
        }
        var remote = request(in);
        write(socket, 5, 0, 0, 1, 127, 0, 0, from.getAddress()[3], 4, 1);
        ScriptedPeer.relay(socket, from, remote);
    }

    private boolean loggedIn(Socket socket, DataInputStream in) throws IOException {
        assertThat(in.readUnsignedByte()).isEqualTo(1);
        var name = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
        var secret = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
        boolean right = name.equals(user.orElseThrow()) && secret.equals(password.orElseThrow());
        write(socket, 1, right ? 0 : 1);
        return right;
    }

    static InetSocketAddress request(DataInputStream in) throws IOException {
        assertThat(in.readNBytes(3)).containsExactly(5, 1, 0);
        int type = in.readUnsignedByte();
        assertThat(type).isIn(1, 4);
        var address = InetAddress.getByAddress(in.readNBytes(type == 1 ? 4 : 16));
        return new InetSocketAddress(address, in.readUnsignedShort());
    }

    static void write(Socket socket, int... octets) throws IOException {
        var bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        socket.getOutputStream().write(bytes);
    }
}
