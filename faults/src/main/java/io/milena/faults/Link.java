package io.milena.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way between two parts that can be cut: no octet passes and nobody is told, until it is mended, which resets every
 * connection of before. Two virtual threads for each connection; thread-safe.
 */
final class Link implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mended = lock.newCondition();
    private boolean isCut;

    private Link(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** A way to a port of this machine, which need not listen yet. */
    static Link to(int target) throws IOException {
        var link = new Link(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
        Thread.ofVirtual().start(link::accept);
        return link;
    }

    int port() {
        return server.getLocalPort();
    }

    void cut() {
        lock.lock();
        try {
            isCut = true;
        } finally {
            lock.unlock();
        }
    }

    void mend() throws IOException {
        lock.lock();
        try {
            isCut = false;
            mended.signalAll();
        } finally {
            lock.unlock();
        }
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** True at once while octets pass; false behind a cut, when it is mended: the connection is one of before. */
    private boolean passes() {
        lock.lock();
        try {
            if (!isCut) {
                return true;
            }
            while (isCut) {
                mended.awaitUninterruptibly();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        var host = new Socket();
        sockets.add(client);
        sockets.add(host);
        try (client;
                host) {
            if (!passes()) {
                return;
            }
            host.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            var back = Thread.ofVirtual().start(() -> pass(host, client));
            pass(client, host);
            back.join();
        } catch (IOException nobodyListens) {
            // The client sees its connection closed, as it would without the link.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
            sockets.remove(host);
        }
    }

    /** Passes octets on until one side ends, and ends the other. */
    private void pass(Socket from, Socket to) {
        var octets = new byte[16 * 1024];
        try {
            int count = from.getInputStream().read(octets);
            while (count >= 0 && passes()) {
                to.getOutputStream().write(octets, 0, count);
                count = from.getInputStream().read(octets);
            }
        } catch (IOException gone) {
            // Either side has closed, or the link was mended: both ends are closed below.
        }
        closeBoth(from, to);
    }

    private static void closeBoth(Socket one, Socket other) {
        try (one;
                other) {
            return;
        } catch (IOException e) {
            // A socket that cannot be closed is closed.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
    }
}
