package io.milena.faults;

import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Clients that send mutated sessions to every SMTP port, by a seed: control characters, bare CR and LF, lines without an
 * end, commands in a wrong order, contents that break off. Their mail is for a domain that does not exist. Each whole
 * line of a reply must be one. Each client is a virtual thread.
 */
final class BadInput implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int MOST_MUTATIONS = 6;
    private static final int LONG_LINE = 70_000;
    private static final int READ_LIMIT_MILLIS = 1500;
    private static final Duration GENTLE = Duration.ofSeconds(1);
    private static final Duration INTENSE = Duration.ofMillis(20);
    private static final Pattern REPLY = Pattern.compile("[2-5]\\d\\d[ -][\\t\\x20-\\x7e]*");
    private static final List<String> ODDITIES = List.of(
            "\0",
            "\r",
            "\n",
            "\n.\n",
            "\r.\r\n",
            "\u001b[2J\u001b]0;x\7",
            "\u0080\u00ff",
            "\t",
            "<>",
            "@",
            "%s%n",
            "\u007f");

    private final int port;
    private final int tlsPort;
    private final String login;
    private final long seed;
    private final Ledger ledger;
    private final SSLContext trusting;
    private final AtomicInteger next = new AtomicInteger();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Duration pause = GENTLE;
    private volatile boolean stopped;

    private BadInput(PlatformProcess platform, long seed, Ledger ledger) throws IOException {
        var smtp = platform.credentials().get("smtp");
        this.port = smtp.get("port").asInt();
        this.tlsPort = smtp.get("tlsPort").asInt();
        this.login = Base64.getEncoder()
                .encodeToString(("\0apikey\0" + smtp.get("password").asText()).getBytes(StandardCharsets.UTF_8));
        this.seed = seed;
        this.ledger = ledger;
        this.trusting = trusting();
    }

    static BadInput begin(PlatformProcess platform, long seed, Ledger ledger) throws IOException {
        var input = new BadInput(platform, seed, ledger);
        for (int i = 0; i < CLIENTS; i++) {
            input.clients.execute(input::sessions);
        }
        return input;
    }

    /** As many sessions as the platform takes, instead of four a second. */
    void intensify() {
        pause = INTENSE;
    }

    /** Number of sessions so far. */
    int count() {
        return next.get();
    }

    private void sessions() {
        while (!stopped) {
            int number = next.getAndIncrement();
            try (var socket = connect(number)) {
                session(socket, number);
            } catch (IOException ended) {
                // The platform hung up, or a part is dead: both are right.
            }
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** In turns: in clear, with TLS, and without TLS where the server expects it. */
    private Socket connect(int number) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), number % 3 == 0 ? port : tlsPort),
                    READ_LIMIT_MILLIS);
            socket.setSoTimeout(READ_LIMIT_MILLIS);
            return number % 3 == 1
                    ? trusting.getSocketFactory().createSocket(socket, "127.0.0.1", tlsPort, true)
                    : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void session(Socket socket, int number) throws IOException {
        var random = new Random(seed * 1_000_003 + number);
        var input = session(random, login).getBytes(StandardCharsets.ISO_8859_1);
        int sent = 0;
        while (sent < input.length) {
            int count = Math.min(input.length - sent, 1 + random.nextInt(random.nextBoolean() ? 20 : input.length));
            socket.getOutputStream().write(input, sent, count);
            socket.getOutputStream().flush();
            sent += count;
        }
        var replies = socket.getInputStream().readNBytes(64 * 1024);
        if (number % 3 != 2) {
            check(new String(replies, StandardCharsets.ISO_8859_1), number);
        }
    }

    private void check(String replies, int number) {
        int begin = 0;
        for (int end = replies.indexOf("\r\n"); end >= 0; end = replies.indexOf("\r\n", begin)) {
            var line = replies.substring(begin, end);
            if (!REPLY.matcher(line).matches()) {
                ledger.collapsed("session %d of bad input got a line that is no reply: '%s'"
                        .formatted(number, line.replaceAll("[^\\x20-\\x7e]", "?")));
            }
            begin = end + 2;
        }
    }

    /** A session with a few mutations. */
    static String session(Random random, String login) {
        var lines = new ArrayList<>(List.of(
                "EHLO soak.faults.test\r\n",
                "AUTH PLAIN " + login + "\r\n",
                "MAIL FROM:<app@" + Hosts.SENDER_DOMAIN + "> BODY=8BITMIME\r\n",
                "RCPT TO:<nobody@soak.faults.invalid>\r\n",
                "DATA\r\n",
                "Subject: soak\r\nFrom: app@" + Hosts.SENDER_DOMAIN + "\r\n\r\nText.\r\n",
                ".\r\n",
                "MAIL FROM:<>\r\n",
                "RCPT TO:<nobody@soak.faults.invalid> NOTIFY=NEVER\r\n",
                "BDAT 20 LAST\r\n",
                "Subject: x\r\n\r\nabcdef",
                "VRFY nobody\r\n",
                "NOOP\r\n",
                "QUIT\r\n"));
        int mutations = 1 + random.nextInt(MOST_MUTATIONS);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(7)) {
                case 0 -> lines.set(at, flipped(lines.get(at), random));
                case 1, 2 ->
                    lines.set(at, inserted(lines.get(at), ODDITIES.get(random.nextInt(ODDITIES.size())), random));
                case 3 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                case 4 -> Collections.swap(lines, at, random.nextInt(lines.size()));
                case 5 -> lines.set(at, inserted(lines.get(at), "A".repeat(LONG_LINE), random));
                default ->
                    lines.set(
                            at,
                            lines.get(at)
                                    .substring(0, random.nextInt(lines.get(at).length() + 1)));
            }
        }
        return String.join("", lines);
    }

    private static String flipped(String line, Random random) {
        if (line.isEmpty()) {
            return line;
        }
        int at = random.nextInt(line.length());
        return line.substring(0, at) + (char) (line.charAt(at) ^ 1 << random.nextInt(8)) + line.substring(at + 1);
    }

    private static String inserted(String line, String oddity, Random random) {
        int at = random.nextInt(line.length() + 1);
        return line.substring(0, at) + oddity + line.substring(at);
    }

    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The platform's certificate is one of its own. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Returns when each client has ended its session. */
    @Override
    public void close() {
        stopped = true;
        clients.close();
    }
}
