package io.milena.faults;

import io.milena.faults.Submission.Answer;
import io.milena.testing.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * Clients that submit small messages at a moderate pace, come again when a connection breaks, and note each answer. Some
 * recipients do not exist, some are deferred or cut off once, some messages have two domains, and some are so large that
 * their bodies travel apart. Each client is a virtual thread.
 */
final class Load implements AutoCloseable {
    /** The last line of each content. */
    static final String LAST_LINE = "This is the last line.\r\n";

    private static final int CLIENTS = 8;
    /** Each message with such a number has two domains. */
    private static final int SEVERAL = 7;

    private static final Pattern SEVERAL_NUMBER = Pattern.compile("m(\\d{1,9})b?@d\\d");
    private static final int MESSAGES_A_SESSION = 50;
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final Duration BEFORE_RETURN = Duration.ofMillis(300);
    private static final int REPLY_LIMIT_MILLIS = 40_000;
    private static final String LINE =
            "The quick brown fox jumps over the lazy dog, again and again and again.....\r\n";
    /** Lines of a content above {@code milena.ingest.inline-limit}. */
    private static final int MANY_LINES = 4500;

    /** By this the pause grows for each part that is starting: the machine has two cores. */
    private static final int CALM = 2;

    private final int port;
    private final String login;
    private final Ledger ledger;
    private final IntSupplier starting;
    private final AtomicInteger next = new AtomicInteger();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    private Load(int port, String login, Ledger ledger, IntSupplier starting) {
        this.port = port;
        this.login = login;
        this.ledger = ledger;
        this.starting = starting;
    }

    /** {@code starting} tells how many parts are starting now: the load is lower then. */
    static Load begin(int port, String password, Ledger ledger, IntSupplier starting) {
        var login = Base64.getEncoder().encodeToString(("\0apikey\0" + password).getBytes(StandardCharsets.UTF_8));
        var load = new Load(port, login, ledger, starting);
        for (int i = 0; i < CLIENTS; i++) {
            load.clients.execute(load::submit);
        }
        return load;
    }

    private void submit() {
        while (!stopped) {
            try (var socket = new Socket()) {
                socket.setSoTimeout(REPLY_LIMIT_MILLIS);
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), REPLY_LIMIT_MILLIS);
                session(new Transcript(socket));
            } catch (IOException broken) {
                // A fault of the platform's, or of a session that it ended: the message is noted, the client comes
                // again.
                pause(BEFORE_RETURN);
            }
        }
    }

    private void session(Transcript wire) throws IOException {
        if (code(reply(wire)) != 220
                || code(ask(wire, "EHLO client.faults.test")) != 250
                || code(ask(wire, "AUTH PLAIN " + login)) != 235) {
            pause(BEFORE_RETURN);
            return;
        }
        for (int i = 0; i < MESSAGES_A_SESSION && !stopped; i++) {
            if (code(one(wire, next.getAndIncrement())) == 421) {
                return;
            }
            pause(PAUSE.multipliedBy(1 + (long) CALM * Math.min(2, starting.getAsInt())));
        }
        ask(wire, "QUIT");
    }

    /** One message; returns the reply that decided. */
    private String one(Transcript wire, int number) throws IOException {
        var recipients = recipients(number);
        boolean content = false;
        try {
            var reply = ask(wire, "MAIL FROM:<app@" + Hosts.SENDER_DOMAIN + ">");
            for (var recipient : recipients) {
                reply = code(reply) == 250 ? ask(wire, "RCPT TO:<" + recipient + ">") : reply;
            }
            reply = code(reply) == 250 ? ask(wire, "DATA") : reply;
            if (code(reply) != 354) {
                note(number, recipients, Answer.REFUSED, reply);
                return code(reply) == 421 ? reply : ask(wire, "RSET");
            }
            content = true;
            wire.writeContent(content(number, recipients));
            wire.flush();
            ledger.awaitingReply();
            reply = reply(wire);
            note(number, recipients, answer(reply), reply);
            return reply;
        } catch (IOException broken) {
            note(number, recipients, content ? Answer.DOUBTFUL : Answer.REFUSED, "cut off: " + broken.getMessage());
            throw broken;
        }
    }

    private static Answer answer(String reply) {
        if (code(reply) == 250) {
            return Answer.ACCEPTED;
        }
        return reply.endsWith("[perhaps-stored]") ? Answer.DOUBTFUL : Answer.REFUSED;
    }

    private void note(int number, List<String> recipients, Answer answer, String reply) {
        var marker = "queued as ";
        int at = reply.indexOf(marker);
        var id = answer == Answer.ACCEPTED && at >= 0
                ? reply.substring(at + marker.length()).strip()
                : "";
        ledger.note(new Submission(number, recipients, answer, Instant.now(), id, reply));
    }

    private static List<String> recipients(int number) {
        var wish =
                switch (number % 10) {
                    case 3 -> "550+";
                    case 6 -> "451-once+";
                    case 8 -> "drop-after-dot-once+";
                    default -> "";
                };
        var recipients = new ArrayList<>(List.of(wish + "m" + number + "@" + Hosts.domain(number)));
        if (number % SEVERAL == 0) {
            recipients.add("m" + number + "b@" + Hosts.domain(number + 1));
        }
        return recipients;
    }

    /** Whether it is a recipient of one of those messages that {@code mail.accepted} splits by domain. */
    static boolean isOfSeveralDomains(String recipient) {
        var digits = SEVERAL_NUMBER.matcher(recipient);
        return digits.find() && Integer.parseInt(digits.group(1)) % SEVERAL == 0;
    }

    private static byte[] content(int number, List<String> recipients) {
        return ("From: app@" + Hosts.SENDER_DOMAIN + "\r\nTo: " + recipients.getFirst() + "\r\nSubject: m" + number
                        + "\r\nDate: Mon, 30 Nov 2026 00:00:00 +0000\r\nMessage-ID: <m" + number
                        + "@faults.test>\r\n\r\n" + LINE.repeat(number % 50 == 49 ? MANY_LINES : 10) + LAST_LINE)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String ask(Transcript wire, String line) throws IOException {
        wire.write(line + "\r\n");
        wire.flush();
        return reply(wire);
    }

    /** The last line of the next reply. */
    private static String reply(Transcript wire) throws IOException {
        var line = wire.readLine();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = wire.readLine();
        }
        return line;
    }

    private static int code(String reply) {
        return reply.matches("\\d{3}.*") ? Integer.parseInt(reply.substring(0, 3)) : 0;
    }

    private static void pause(Duration length) {
        try {
            TimeUnit.MILLISECONDS.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when each client has its last answer. */
    void stop() {
        stopped = true;
        clients.close();
    }

    @Override
    public void close() {
        stopped = true;
        clients.shutdownNow();
    }
}
