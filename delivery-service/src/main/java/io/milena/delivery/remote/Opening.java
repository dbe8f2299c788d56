package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * The way to a session (RFC 5321 §3.1, §3.2, RFC 3207): connects, greets and turns on TLS where the remote offers it; where TLS fails, once
 * more in clear. Blocks its virtual thread.
 */
public final class Opening {
    private final Dialogue dialogue;
    private EhloReply ehlo = EhloReply.NONE;
    private String tls = "";

    private Opening(Dialogue dialogue) {
        this.dialogue = dialogue;
    }

    /** Either a session that is ready for mail or why there is none. */
    public sealed interface Opened permits Ready, Refused {}

    public record Ready(RemoteSession session) implements Opened {}

    public record Refused(Cause cause) implements Opened {}

    public static Opened open(RemoteHost remote, SessionSettings settings) {
        return open(remote, settings, true)
                .or(() -> open(remote, settings, false))
                .orElseThrow();
    }

    /** Empty where another try without TLS may do. */
    private static Optional<Opened> open(RemoteHost remote, SessionSettings settings, boolean withTls) {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(remote.socketAddress(), (int) settings.connect().toMillis());
            var wire = new Wire(socket, settings.watchdog());
            var opened = new Opening(new Dialogue(remote, settings, wire)).prepare(withTls);
            if (!(opened.orElse(null) instanceof Ready)) {
                wire.close();
            }
            return opened;
        } catch (IOException e) {
            close(socket);
            return Optional.of(new Refused(new Cause.Broken(
                    Optional.of(remote), "4.4.1", "cannot connect to " + remote + ": " + e.getMessage())));
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It never was a session.
        }
    }

    private Optional<Opened> prepare(boolean withTls) {
        try {
            dialogue.wire().allow(dialogue.settings().greeting());
            var greeting = dialogue.wire().reply("greeting");
            if (greeting.code() != 220) {
                return Optional.of(new Refused(dialogue.hostRefused("greeting", greeting)));
            }
            var refused = hello();
            if (refused.isEmpty() && withTls && ehlo.offers("STARTTLS")) {
                // RFC 3207 §4: where it is refused, the session goes on in clear.
                if (dialogue.command("STARTTLS").code() == 220) {
                    if (!startTls()) {
                        return Optional.empty();
                    }
                    // RFC 3207 §4.2: what was said in clear is forgotten.
                    refused = hello();
                }
            }
            return Optional.of(refused.<Opened>map(Refused::new)
                    .orElseGet(() -> new Ready(new RemoteSession(dialogue, ehlo, tls))));
        } catch (SessionBroken e) {
            return Optional.of(new Refused(dialogue.broke(e)));
        }
    }

    /** EHLO, and HELO where that is not understood (RFC 5321 §3.2). Empty if the remote agreed. */
    private Optional<Cause> hello() throws SessionBroken {
        var hostname = dialogue.settings().hostname();
        ehlo = EhloReply.NONE;
        var reply = dialogue.command("EHLO " + hostname);
        if (reply.code() == 250) {
            ehlo = EhloReply.of(reply);
            return Optional.empty();
        }
        if (reply.code() == 421 || reply.transientFailure()) {
            return Optional.of(dialogue.hostRefused("EHLO", reply));
        }
        reply = dialogue.command("HELO " + hostname);
        return reply.code() == 250 ? Optional.empty() : Optional.of(dialogue.hostRefused("HELO", reply));
    }

    private boolean startTls() throws SessionBroken {
        try {
            var wire = dialogue.wire();
            var remote = dialogue.remote();
            wire.allow(dialogue.settings().command());
            var secured = (SSLSocket)
                    dialogue.settings().tls().createSocket(wire.socket(), remote.name(), remote.port(), true);
            secured.setUseClientMode(true);
            secured.startHandshake();
            wire.use(secured);
            tls = secured.getSession().getProtocol() + " "
                    + secured.getSession().getCipherSuite();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
