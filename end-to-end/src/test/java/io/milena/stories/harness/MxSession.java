package io.milena.stories.harness;

import io.milena.testing.Script;
import io.milena.testing.Transcript;
import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;

/** One session of a {@link ScriptedMx}, as straight-line code. Confined to its thread. */
final class MxSession {
    private final ScriptedMx mx;
    private Socket socket;
    private Transcript transcript;
    private Optional<String> tls = Optional.empty();
    private String hostname = "";
    private String mailLine;
    private final List<String> forwardPaths = new ArrayList<>();
    private final List<String> rcptLines = new ArrayList<>();

    MxSession(ScriptedMx mx, Socket socket) throws IOException {
        this.mx = mx;
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.transcript = new Transcript(socket);
    }

    void run(String greeting) throws IOException {
        say(greeting);
        boolean open = greeting.startsWith("220");
        while (open) {
            open = obey(transcript.readLine());
        }
    }

    private boolean obey(String line) throws IOException {
        var verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO" -> ehlo(line);
            case "HELO" -> say("250 mx.test");
            case "STARTTLS" -> startTls();
            case "MAIL" -> mail(line);
            case "RCPT" -> {
                return rcpt(line);
            }
            case "DATA" -> {
                return data();
            }
            case "RSET" -> {
                forget();
                say("250 2.0.0 forgotten");
            }
            case "NOOP" -> say("250 2.0.0 here");
            case "QUIT" -> {
                say("221 2.0.0 bye");
                return false;
            }
            default -> say("500 5.5.1 not known here");
        }
        return true;
    }

    private void ehlo(String line) throws IOException {
        hostname = line.substring("EHLO ".length());
        say("250-mx.test");
        for (var keyword : mx.keywords()) {
            say("250-" + keyword);
        }
        if (mx.offersStartTls() && tls.isEmpty()) {
            say("250-STARTTLS");
        }
        say("250 ENHANCEDSTATUSCODES");
    }

    private void startTls() throws IOException {
        if (!mx.offersStartTls() || tls.isPresent()) {
            say("503 5.5.1 not offered");
            return;
        }
        say("220 2.0.0 go ahead");
        var secure =
                (SSLSocket) Certificates.server().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        tls = Optional.of(secure.getSession().getProtocol());
        socket = secure;
        transcript = new Transcript(secure);
        forget();
    }

    private void mail(String line) throws IOException {
        forget();
        mailLine = line;
        say("250 2.1.0 go on");
    }

    private boolean rcpt(String line) throws IOException {
        if (mailLine == null) {
            say("503 5.5.1 MAIL first");
            return true;
        }
        var path = path(line);
        mx.count("rcpt " + path).incrementAndGet();
        var script = mx.due(List.of(path), Script.Stage.RCPT);
        if (script.isPresent()) {
            return carryOut(script.get(), path);
        }
        forwardPaths.add(path);
        rcptLines.add(line);
        say("250 2.1.5 welcome");
        return true;
    }

    private boolean data() throws IOException {
        if (forwardPaths.isEmpty()) {
            say("554 5.5.1 no valid recipients");
            return true;
        }
        var atData = mx.due(forwardPaths, Script.Stage.DATA);
        if (atData.isPresent()) {
            if (atData.get() instanceof Script.Drop) {
                say("354 go ahead");
                transcript.readLine();
            }
            return carryOut(atData.get(), forwardPaths.getFirst());
        }
        say("354 go ahead");
        var content = transcript.readContent();
        var atDot = mx.due(forwardPaths, Script.Stage.DOT);
        if (atDot.isPresent()) {
            boolean open = carryOut(atDot.get(), forwardPaths.getFirst());
            forget();
            return open;
        }
        var client = new ReceivedMail.Client(socket.getInetAddress().getHostAddress(), hostname);
        mx.take(new ReceivedMail(
                client, path(mailLine), mailLine, forwardPaths, rcptLines, content, tls, Instant.now()));
        forget();
        LockSupport.parkNanos(mx.deliberation().toNanos());
        say("250 2.0.0 taken");
        return true;
    }

    /** Whether the session goes on. */
    private boolean carryOut(Script script, String forwardPath) throws IOException {
        return switch (script) {
            case Script.Accept accept -> true;
            case Script.Refuse refuse -> {
                for (var line : mx.refusal(refuse.code(), forwardPath)) {
                    say(line);
                }
                yield refuse.code() != 421;
            }
            case Script.Drop drop -> {
                socket.close();
                yield false;
            }
        };
    }

    private void forget() {
        mailLine = null;
        forwardPaths.clear();
        rcptLines.clear();
    }

    private static String path(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private void say(String line) throws IOException {
        transcript.write(line + "\r\n");
        transcript.flush();
    }
}
