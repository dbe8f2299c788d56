package io.milena.faults;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A way to a part that can be cut, for all or for some of those who go it: no octet passes and nobody is told, until it
 * is mended, which resets every connection that was cut. Two virtual threads for each connection; thread-safe.
 */
final class Link implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Function<Socket, String> callers;
    private final Set<Way> ways = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mended = lock.newCondition();
    private Predicate<String> isCut = Link::nobody;

    /** A connection: its two sockets, and who opened it. */
    private record Way(Socket client, Socket host, String caller) implements Closeable {
        @Override
        public void close() throws IOException {
            try (client;
                    host) {
                return;
            }
        }
    }

    private Link(ServerSocket server, int target, Function<Socket, String> callers) {
        this.server = server;
        this.target = target;
        this.callers = callers;
    }

    /** A way to a port of this machine, which need not listen yet. */
    static Link to(int target) throws IOException {
        return to(target, client -> "");
    }

    /** A way whose callers are told apart: the function names the one at the other end of a connection. */
    static Link to(int target, Function<Socket, String> callers) throws IOException {
        var link = new Link(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target, callers);
        Thread.ofVirtual().start(link::accept);
        return link;
    }

    private static boolean nobody(String caller) {
        return false;
    }

    int port() {
        return server.getLocalPort();
    }

    void cut() {
        cut(caller -> true);
    }

    /** Cuts these callers off, and no others. */
    void cut(Predicate<String> some) {
        lock.lock();
        try {
            isCut = some;
        } finally {
            lock.unlock();
        }
    }

    void mend() throws IOException {
        Predicate<String> before;
        lock.lock();
        try {
            before = isCut;
            isCut = Link::nobody;
            mended.signalAll();
        } finally {
            lock.unlock();
        }
        closeThoseOf(before);
    }

    private void closeThoseOf(Predicate<String> some) throws IOException {
        for (var way : ways) {
            if (some.test(way.caller())) {
                way.close();
            }
        }
    }

    /** True at once while octets pass; false behind a cut, when it is mended: the connection is one of before. */
    private boolean passes(String caller) {
        lock.lock();
        try {
            if (!isCut.test(caller)) {
                return true;
            }
            while (isCut.test(caller)) {
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
        var way = new Way(client, new Socket(), callers.apply(client));
        ways.add(way);
        try (way) {
            if (!passes(way.caller())) {
                return;
            }
            way.host().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            var back = Thread.ofVirtual().start(() -> pass(way, way.host(), client));
            pass(way, client, way.host());
            back.join();
        } catch (IOException nobodyListens) {
            // The client sees its connection closed, as it would without the link.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ways.remove(way);
        }
    }

    /** Passes octets on until one side ends, and ends the other. */
    private void pass(Way way, Socket from, Socket to) {
        var octets = new byte[16 * 1024];
        try (way) {
            int count = from.getInputStream().read(octets);
            while (count >= 0 && passes(way.caller())) {
                to.getOutputStream().write(octets, 0, count);
                count = from.getInputStream().read(octets);
            }
        } catch (IOException gone) {
            // Either side has closed, or the link was mended.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
        closeThoseOf(caller -> true);
    }
}
