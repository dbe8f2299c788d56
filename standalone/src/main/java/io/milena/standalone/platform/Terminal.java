package io.milena.standalone.platform;

import java.io.PrintStream;

/**
 * Messages to the person at the terminal, on the streams that the process started with, since the log takes over the
 * present ones later. Thread-safe.
 */
public final class Terminal {
    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;

    private Terminal() {}

    public static void say(String line) {
        OUT.println(line);
        OUT.flush();
    }

    /** Prints an error in one line. */
    public static void complain(String line) {
        ERR.println("milena: " + line);
    }

    /** Prints an unexpected failure with its stack trace. */
    public static void complain(Throwable failure) {
        failure.printStackTrace(ERR);
    }
}
