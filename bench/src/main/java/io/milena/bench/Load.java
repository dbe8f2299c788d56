package io.milena.bench;

import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Submits messages over authenticated, pipelined, persistent connections, one virtual thread each.
 *
 * @param size octets of each message
 * @param domains how many of the hundred it writes to
 * @param fields further header fields of each message, with their line ends
 */
record Load(int port, String user, String password, int size, int domains, String fields) {
    /** Messages go to these domains in turn. */
    static final int DOMAINS = 100;

    /** A load for the account of the first start. */
    static Load of(PlatformProcess platform, int size) throws IOException {
        return of(
                platform, "apikey", platform.credentials().at("/smtp/password").asText(), size);
    }

    /** A load for a new account. */
    static Load ofAnotherAccount(PlatformProcess platform, int size) throws IOException, InterruptedException {
        var token = platform.credentials().findValue("token").asText();
        var http = platform.http();
        var account = http.make("/v1/accounts", token, "{\"name\":\"another\",\"verifiedSendersOnly\":false}");
        var credential = http.make(
                "/v1/accounts/" + account.path("id").asText() + "/credentials", token, "{\"type\":\"api-key\"}");
        var load = of(
                platform,
                credential.path("username").asText(),
                credential.path("secret").asText(),
                size);
        load.awaitRules();
        return load;
    }

    private static Load of(PlatformProcess platform, String user, String password, int size) {
        return new Load(platform.smtpPort(), user, password, size, DOMAINS, "");
    }

    static String domain(int number) {
        return "d%02d.bench.test".formatted(number % DOMAINS);
    }

    Load onlyTo(int some) {
        return new Load(port, user, password, size, some, fields);
    }

    Load withFields(String more) {
        return new Load(port, user, password, size, domains, fields + more);
    }

    /** Returns when each message has its 250; throws on a refusal. */
    void run(int messages, int connections, Ledger ledger) throws InterruptedException, IOException {
        runFrom(0, messages, connections, ledger);
    }

    /** Numbers the messages from {@code first} on. Returns when each has its 250; throws on a refusal. */
    void runFrom(int first, int messages, int connections, Ledger ledger) throws InterruptedException, IOException {
        var next = new AtomicInteger(first);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < connections; i++) {
                running.add(threads.submit(() -> {
                    submit(first + messages, next, ledger);
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Returns when the rules of a new account are known to ingest; until then MAIL gets 451. */
    void awaitRules() throws IOException, InterruptedException {
        try (var lines = new LineSocket(new Socket(InetAddress.getLoopbackAddress(), port))) {
            login(lines);
            lines.write("MAIL FROM:<>\r\n");
            lines.flush();
            while (lines.readLine().startsWith("451")) {
                Thread.sleep(10);
                lines.write("MAIL FROM:<>\r\n");
                lines.flush();
            }
        }
    }

    private void login(LineSocket lines) throws IOException {
        lines.expect(220);
        lines.write("EHLO bench.test\r\n");
        lines.flush();
        lines.expect(250);
        var secret = "\0" + user + "\0" + password;
        lines.write(
                "AUTH PLAIN " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)) + "\r\n");
        lines.flush();
        lines.expect(235);
    }

    private void submit(int end, AtomicInteger next, Ledger ledger) throws IOException {
        try (var lines = new LineSocket(new Socket(InetAddress.getLoopbackAddress(), port))) {
            login(lines);
            for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
                one(lines, number, ledger);
            }
            lines.write("QUIT\r\n");
            lines.flush();
        }
    }

    private void one(LineSocket lines, int number, Ledger ledger) throws IOException {
        long mail = System.nanoTime();
        lines.write("MAIL FROM:<load@bench.test>\r\nRCPT TO:<user@%s>\r\nDATA\r\n".formatted(domain(number % domains)));
        lines.flush();
        lines.expect(250);
        lines.expect(250);
        lines.expect(354);
        lines.write(content(number));
        lines.flush();
        long dot = System.nanoTime();
        lines.expect(250);
        ledger.accepted(number, mail, dot, System.nanoTime());
    }

    private String content(int number) {
        var content = new StringBuilder(size + 200)
                .append("From: load@bench.test\r\nTo: user@bench.test\r\nSubject: bench\r\n")
                .append("Date: Tue, 24 Nov 2026 00:00:00 +0000\r\nMessage-ID: <")
                .append(number)
                .append("@bench.test>\r\n")
                .append(fields)
                .append(Sink.NUMBER)
                .append(number)
                .append("\r\n\r\n");
        while (content.length() < size - 80) {
            content.append("The quick brown fox jumps over the lazy dog, again and again and again.....\r\n");
        }
        return content.append(".\r\n").toString();
    }
}
