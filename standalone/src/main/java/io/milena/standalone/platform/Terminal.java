package io.milena.standalone.platform;

import java.io.PrintStream;

/** The person at the terminal is told with these. The streams are those of the start: what the log takes over later is not meant. Thread-safe. */
public final class Terminal {
    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;

    private Terminal() {}

    public static void say(String line) {
        OUT.println(line);
        OUT.flush();
    }

    /** What went wrong, in one line. */
    public static void complain(String line) {
        ERR.println("milena: " + line);
    }

    /** What nobody foresaw, whole. */
    public static void complain(Throwable failure) {
        failure.printStackTrace(ERR);
    }
}
