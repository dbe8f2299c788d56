package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import java.io.IOException;
import java.util.Optional;

/**
 * Commands and their replies over one {@link Wire}, and the cause if a host breaks off. Confined to its session's
 * thread.
 */
record Dialogue(RemoteHost remote, SessionSettings settings, Wire wire) {
    void send(String line) throws SessionBroken {
        send(line, verb(line));
    }

    private void send(String line, String stage) throws SessionBroken {
        try {
            wire.line(line);
        } catch (IOException e) {
            throw wire.broken(stage, e);
        }
        wire.flush(stage);
    }

    Reply command(String line) throws SessionBroken {
        return command(line, verb(line));
    }

    /** The reply to EHLO: each line of it is a keyword. */
    Reply hello(String line) throws SessionBroken {
        wire.allow(settings.command());
        send(line);
        return wire.wholeReply(verb(line));
    }

    /** {@code stage} names the command in errors; a line with a secret must not appear there. */
    Reply command(String line, String stage) throws SessionBroken {
        wire.allow(settings.command());
        send(line, stage);
        return wire.reply(stage);
    }

    private static String verb(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }

    /** Greeting, EHLO or a 421: about the host, so even a 5yz is not final for the message. */
    Cause hostRefused(String command, Reply reply) {
        return new Cause.Broken(
                Optional.of(remote),
                "4.3.2",
                "host " + remote + " refused " + command + ": "
                        + reply.shortened().quoted());
    }

    Cause broke(SessionBroken e) {
        return new Cause.Broken(
                Optional.of(remote),
                e.status(),
                "conversation with " + remote + " broke off at " + e.stage() + ": " + e.getMessage());
    }
}
