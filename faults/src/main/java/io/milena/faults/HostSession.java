package io.milena.faults;

import io.milena.testing.Script;
import io.milena.testing.Transcript;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** One connection to one of the {@link Hosts}. Confined to its thread. */
final class HostSession {
    /** Nanoseconds from the content to a late answer: less than mail may have arrived without a recorded outcome. */
    private static final long LATE = TimeUnit.SECONDS.toNanos(3);

    /** One recipient of a report, with folded lines joined: the address and the action (RFC 3464 §2.3). */
    private static final Pattern FAILED = Pattern.compile(
            "(?m)^Final-Recipient: *[^;\r\n]+; *(\\S+)\r\n(?:[^\r\n]+\r\n)*?Action: failed", Pattern.CASE_INSENSITIVE);

    private final Hosts hosts;
    private final List<String> recipients = new ArrayList<>();
    private String reversePath = "";
    private boolean inTransaction;

    HostSession(Hosts hosts) {
        this.hosts = hosts;
    }

    void run(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        if (hosts.feels(Mood.DROPS_AT_CONNECT)) {
            return;
        }
        var wire = new Transcript(socket);
        if (hosts.feels(Mood.TURNS_AWAY)) {
            say(wire, "421 4.3.2 not now");
            return;
        }
        say(wire, "220 mx.faults.test ESMTP");
        while (obey(wire)) {}
    }

    private boolean obey(Transcript wire) throws IOException {
        var line = wire.readLine();
        switch (line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT)) {
            case "EHLO" -> {
                if (hosts.feels(Mood.DROPS_AT_EHLO)) {
                    return false;
                }
                say(wire, "250-mx.faults.test\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n250 ENHANCEDSTATUSCODES");
            }
            case "MAIL" -> {
                return mail(wire, line);
            }
            case "RCPT" -> {
                return rcpt(wire, line);
            }
            case "DATA" -> {
                return data(wire);
            }
            case "QUIT" -> {
                say(wire, "221 2.0.0 bye");
                return false;
            }
            default -> {
                forget();
                say(wire, "250 2.0.0 ok");
            }
        }
        return true;
    }

    private boolean mail(Transcript wire, String line) throws IOException {
        forget();
        if (hosts.feels(Mood.DROPS_AT_MAIL)) {
            return false;
        }
        if (hosts.feels(Mood.DEFERS)) {
            say(wire, "451 4.3.0 later");
            return true;
        }
        inTransaction = true;
        hosts.begun();
        reversePath = path(line);
        say(wire, "250 2.1.0 go on");
        return true;
    }

    private boolean rcpt(Transcript wire, String line) throws IOException {
        var recipient = path(line);
        if (hosts.feels(Mood.DROPS_AT_RCPT) || hosts.asks(recipient, Script.Stage.RCPT, Script.Drop.class)) {
            return false;
        }
        if (!inTransaction) {
            say(wire, "503 5.5.1 MAIL first");
        } else if (hosts.asks(recipient, Script.Stage.RCPT, Script.Refuse.class)
                && Script.of(recipient) instanceof Script.Refuse refuse) {
            say(wire, Script.wording(refuse.code(), recipient));
        } else {
            recipients.add(recipient);
            say(wire, "250 2.1.5 welcome");
        }
        return true;
    }

    private boolean data(Transcript wire) throws IOException {
        if (recipients.isEmpty()) {
            say(wire, "554 5.5.1 no valid recipients");
            return true;
        }
        say(wire, "354 go ahead");
        if (hosts.feels(Mood.DROPS_IN_CONTENT)) {
            wire.readLine();
            return false;
        }
        var content = new String(wire.readContent(), StandardCharsets.ISO_8859_1);
        if (hosts.feels(Mood.DROPS_AFTER_DOT)
                || recipients.stream().anyMatch(to -> hosts.asks(to, Script.Stage.DOT, Script.Drop.class))) {
            return false;
        }
        if (hosts.feels(Mood.DEFERS_CONTENT)) {
            forget();
            say(wire, "452 4.3.1 full");
            return true;
        }
        boolean acknowledging = !hosts.feels(Mood.KEEPS_WITHOUT_REPLY);
        keep(content, acknowledging);
        if (!acknowledging) {
            return false;
        }
        if (hosts.feels(Mood.ANSWERS_LATE)) {
            LockSupport.parkNanos(LATE);
        }
        forget();
        say(wire, "250 2.0.0 taken");
        return true;
    }

    private void keep(String content, boolean acknowledging) {
        var now = Instant.now();
        if (reversePath.isEmpty()) {
            FAILED.matcher(content.replaceAll("\r\n[ \t]+", " "))
                    .results()
                    .forEach(match -> hosts.ledger().note(new Notice(match.group(1), now, acknowledging)));
        } else {
            boolean whole = content.endsWith(Load.LAST_LINE);
            recipients.forEach(to -> hosts.ledger().note(new Arrival(to, now, acknowledging, whole)));
        }
    }

    /** Ends the transaction, if one is open. */
    void forget() {
        if (inTransaction) {
            hosts.ended();
        }
        inTransaction = false;
        recipients.clear();
    }

    private static String path(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private static void say(Transcript wire, String line) throws IOException {
        wire.write(line + "\r\n");
        wire.flush();
    }
}
