package io.milena.embedded;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The life of a part that is a process of its own: it starts, reports that it is ready, and stops on SIGTERM. */
public final class NodeProcess {
    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;

    private NodeProcess() {}

    /** Runs until SIGTERM; if closing exceeds the limit, the next start recovers. */
    public static void run(String name, Duration closeLimit, Start start) {
        logWarnings();
        try {
            var part = start.open();
            var closed = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(name, part, closeLimit, closed)));
            OUT.println(name + " is ready");
            closed.await();
        } catch (StartException e) {
            ERR.println(name + ": " + e.getMessage());
            Runtime.getRuntime().halt(1);
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** No framework configures the log here: warnings and errors go to standard error, nothing else does. */
    private static void logWarnings() {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.WARNING);
        root.addHandler(new ConsoleHandler());
    }

    private static void close(String name, AutoCloseable part, Duration limit, CountDownLatch closed) {
        var closing = Thread.ofPlatform().daemon().start(() -> {
            try {
                part.close();
            } catch (Exception e) {
                e.printStackTrace();
            }
        });
        try {
            if (!closing.join(limit)) {
                ERR.println(name + ": not closed after " + limit.toSeconds() + " s, leaving");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        OUT.println(name + " has stopped");
        closed.countDown();
    }

    /** Opens the server of the process. */
    public interface Start {
        AutoCloseable open() throws Exception;
    }
}
