package io.milena.delivery.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Over a SOCKS5 proxy (RFC 1928), by address and not by name, without login or with user and password (RFC 1929). The
 * proxy chooses the sending address.
 */
record SocksProxy(Server proxy, Optional<Credentials> credentials) implements Exit {
    private static final byte VERSION = 5;
    private static final byte LOGIN_VERSION = 1;
    private static final byte CONNECT = 1;
    private static final byte IPV4 = 1;
    private static final byte NAME = 3;
    private static final byte IPV6 = 4;
    private static final byte NO_LOGIN = 0;
    private static final byte USER_AND_PASSWORD = 2;
    private static final byte NONE_OF_THESE = (byte) 0xff;

    /** Of 1 to 255 octets each. */
    record Credentials(String username, String password) {
        Credentials {
            if (!fits(username) || !fits(password)) {
                throw new IllegalArgumentException("a SOCKS5 user and password have 1 to 255 octets each");
            }
        }

        private static boolean fits(String text) {
            int octets = text.getBytes(StandardCharsets.UTF_8).length;
            return octets >= 1 && octets <= 255;
        }

        /** Leaves the password out: a secret never reaches a log. */
        @Override
        public String toString() {
            return "Credentials[" + username + "]";
        }
    }

    @Override
    public boolean reaches(InetAddress remote) {
        return true;
    }

    @Override
    public InetAddress connect(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException {
        proxy.connect(socket, deadline);
        InetAddress bound;
        try {
            logIn(socket, deadline);
            bound = request(socket, remote, deadline);
        } catch (EgressException | Unreachable e) {
            throw e;
        } catch (IOException e) {
            throw new EgressException("the proxy " + proxy + " gave no whole answer", e);
        }
        // If the proxy does not tell its address, our own is the best guess.
        return bound.isAnyLocalAddress() ? socket.getLocalAddress() : bound;
    }

    private void logIn(Socket socket, Deadline deadline) throws IOException {
        write(
                socket,
                credentials.isPresent()
                        ? new byte[] {VERSION, 2, NO_LOGIN, USER_AND_PASSWORD}
                        : new byte[] {VERSION, 1, NO_LOGIN});
        var method = reply(socket, 2, VERSION, deadline)[1];
        switch (method) {
            case NO_LOGIN -> {}
            case USER_AND_PASSWORD -> tellWhoWeAre(socket, deadline);
            case NONE_OF_THESE ->
                throw new EgressException("the proxy " + proxy
                        + (credentials.isPresent() ? " wants another kind of login" : " wants a login"));
            default -> throw nonsense("method " + method);
        }
    }

    private void tellWhoWeAre(Socket socket, Deadline deadline) throws IOException {
        var login = credentials.orElseThrow(() -> nonsense("a method that was not offered"));
        var username = login.username().getBytes(StandardCharsets.UTF_8);
        var password = login.password().getBytes(StandardCharsets.UTF_8);
        var request = new ByteArrayOutputStream();
        request.write(LOGIN_VERSION);
        request.write(username.length);
        request.writeBytes(username);
        request.write(password.length);
        request.writeBytes(password);
        write(socket, request.toByteArray());
        if (reply(socket, 2, LOGIN_VERSION, deadline)[1] != 0) {
            throw new EgressException("the proxy " + proxy + " does not take our login");
        }
    }

    private InetAddress request(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException {
        var request = new ByteArrayOutputStream();
        request.writeBytes(new byte[] {VERSION, CONNECT, 0, remote.getAddress() instanceof Inet4Address ? IPV4 : IPV6});
        request.writeBytes(remote.getAddress().getAddress());
        request.write(remote.getPort() >> 8);
        request.write(remote.getPort());
        write(socket, request.toByteArray());
        var reply = reply(socket, 4, VERSION, deadline);
        int verdict = reply[1] & 0xff;
        if (verdict != 0) {
            // RFC 1928 §6: the proxy closes the connection, and the rest of its answer is of no use.
            throw refusal(verdict);
        }
        var bound = bound(socket, reply[3], deadline);
        deadline.read(socket, 2);
        return bound;
    }

    private InetAddress bound(Socket socket, byte type, Deadline deadline) throws IOException {
        return switch (type) {
            case IPV4 -> InetAddress.getByAddress(deadline.read(socket, 4));
            case IPV6 -> InetAddress.getByAddress(deadline.read(socket, 16));
            case NAME -> {
                deadline.read(socket, deadline.read(socket, 1)[0] & 0xff);
                yield new InetSocketAddress(0).getAddress();
            }
            default -> throw nonsense("an address of type " + type);
        };
    }

    /** RFC 1928 §6: distinguishes failures of the proxy from those of the host behind it. */
    private IOException refusal(int verdict) {
        return switch (verdict) {
            case 1 -> new EgressException("the proxy " + proxy + " failed");
            case 2 -> new EgressException("the proxy " + proxy + " does not allow it");
            case 3 -> new Unreachable("network unreachable", proxy);
            case 4 -> new Unreachable("host unreachable", proxy);
            case 5 -> new Unreachable("connection refused", proxy);
            case 6 -> new Unreachable("timed out (TTL)", proxy);
            case 7 -> new EgressException("the proxy " + proxy + " knows no CONNECT");
            case 8 -> new EgressException("the proxy " + proxy + " has no address of that family");
            default -> nonsense("reply " + verdict);
        };
    }

    /** The proxy worked, the remote did not. */
    private static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1;

        Unreachable(String why, Server proxy) {
            super(why + ", says the proxy " + proxy);
        }
    }

    private byte[] reply(Socket socket, int length, byte version, Deadline deadline) throws IOException {
        var reply = deadline.read(socket, length);
        if (reply[0] != version) {
            throw nonsense("version " + (reply[0] & 0xff));
        }
        return reply;
    }

    private EgressException nonsense(String what) {
        return new EgressException("the proxy " + proxy + " does not speak SOCKS5: " + what);
    }

    private static void write(Socket socket, byte[] octets) throws IOException {
        // Few enough octets for any send buffer: this does not block.
        socket.getOutputStream().write(octets);
    }
}
