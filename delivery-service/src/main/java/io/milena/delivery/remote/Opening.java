package io.milena.delivery.remote;

import io.milena.delivery.egress.EgressException;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsFailure;
import io.milena.delivery.tls.TlsPolicy;
import io.milena.smtp.EhloReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens a session (RFC 5321 §3.1, §3.2, RFC 3207, RFC 2033): connects, greets, secures the connection as its policy
 * requires, and logs in if there is a login. If TLS fails and the policy allows it, tries once more in clear. Blocks
 * its virtual thread.
 */
public final class Opening {
    private final Dialogue dialogue;
    private final NextHop hop;
    /** Our address, as the remote sees it. */
    private final InetAddress from;

    private EhloReply ehlo = EhloReply.NONE;
    private Optional<String> tls = Optional.empty();
    private Optional<TlsFailure> failure;

    private Opening(Dialogue dialogue, NextHop hop, InetAddress from, Optional<TlsFailure> failure) {
        this.dialogue = dialogue;
        this.hop = hop;
        this.from = from;
        this.failure = failure;
    }

    /** A session that is ready for mail, or why there is none. */
    public sealed interface Opened permits Ready, Refused {}

    public record Ready(RemoteSession session) implements Opened {}

    /** {@code from}: our address, if there was a connection. */
    public record Refused(Cause cause, Optional<InetAddress> from) implements Opened {
        public Refused(Cause cause) {
            this(cause, Optional.empty());
        }
    }

    public static Opened open(NextHop hop, SessionSettings settings) {
        var broken = hop.tls().mandatory()
                ? Optional.<TlsFailure>empty()
                : settings.brokenTls().of(hop.host());
        try {
            return connect(hop, settings, broken);
        } catch (TlsBroken e) {
            settings.brokenTls().remember(hop.host(), e.failure);
            try {
                return connect(hop, settings, Optional.of(e.failure));
            } catch (TlsBroken again) {
                throw new IllegalStateException("TLS was not to be tried", again);
            }
        }
    }

    /** {@code broken}: why TLS is not tried. */
    private static Opened connect(NextHop hop, SessionSettings settings, Optional<TlsFailure> broken) throws TlsBroken {
        EgressSource.Connected connected;
        try {
            connected = hop.source().connect(hop.host().socketAddress(), settings.connect());
        } catch (IOException e) {
            return new Refused(notConnected(hop, e));
        }
        return over(connected, hop, settings, broken);
    }

    private static Cause notConnected(NextHop hop, IOException e) {
        // If our own way out failed, nothing is known of the host.
        var host = e instanceof EgressException ? Optional.<RemoteHost>empty() : Optional.of(hop.host());
        return new Cause.Broken(host, "4.4.1", "cannot connect to " + hop.host() + ": " + e.getMessage());
    }

    private static Opened over(
            EgressSource.Connected connected, NextHop hop, SessionSettings settings, Optional<TlsFailure> broken)
            throws TlsBroken {
        try {
            var wire = new Wire(connected.socket(), settings.watchdog());
            Opened opened = null;
            try {
                wire.begin(settings.attempt());
                opened = new Opening(new Dialogue(hop.host(), settings, wire), hop, connected.from(), broken)
                        .prepare(broken.isEmpty());
                return opened;
            } finally {
                if (!(opened instanceof Ready)) {
                    wire.close();
                }
            }
        } catch (TlsBroken e) {
            throw e;
        } catch (IOException e) {
            close(connected.socket());
            return new Refused(notConnected(hop, e));
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It never was a session.
        }
    }

    private Opened prepare(boolean withTls) throws TlsBroken {
        try {
            var refused = hop.protocol() == NextHop.Protocol.SMTPS ? secure() : Optional.<Cause>empty();
            if (refused.isEmpty()) {
                refused = greeting();
            }
            if (refused.isEmpty()) {
                refused = hello();
            }
            if (refused.isEmpty() && tls.isEmpty() && withTls && !(hop.tls() instanceof TlsPolicy.Off)) {
                refused = startTls();
            }
            if (refused.isEmpty() && hop.everyHop() && !ehlo.offers("REQUIRETLS")) {
                refused = Optional.of(insecure(
                        "5.7.30",
                        new TlsFailure(
                                TlsFailure.Type.VALIDATION_FAILURE,
                                dialogue.remote().name() + " does not promise TLS for the way on (REQUIRETLS)")));
            }
            if (refused.isEmpty() && hop.login().isPresent()) {
                refused = logIn(hop.login().get());
            }
            return refused.<Opened>map(cause -> new Refused(cause, Optional.of(from)))
                    .orElseGet(this::ready);
        } catch (SessionBroken e) {
            return new Refused(dialogue.broke(e));
        }
    }

    private Optional<Cause> logIn(Login login) throws SessionBroken {
        if (tls.isEmpty() && !(hop.tls() instanceof TlsPolicy.Off)) {
            return Optional.of(insecure(
                    "4.7.4",
                    failure.orElseGet(() -> new TlsFailure(
                            TlsFailure.Type.STARTTLS_NOT_SUPPORTED, "a password is not sent in clear"))));
        }
        return new Authentication(dialogue, login, () -> UUID.randomUUID().toString()).run(ehlo);
    }

    private Opened ready() {
        var security = new ConnectionSecurity(tls, hop.tls().name(), failure.or(hop::told));
        return new Ready(new RemoteSession(dialogue, hop.protocol(), ehlo, security, from));
    }

    private Optional<Cause> greeting() throws SessionBroken {
        dialogue.wire().allow(dialogue.settings().greeting());
        var greeting = dialogue.wire().reply("greeting");
        return greeting.code() == 220 ? Optional.empty() : Optional.of(dialogue.hostRefused("greeting", greeting));
    }

    /** EHLO, and HELO if the host does not understand it (RFC 5321 §3.2); LHLO to LMTP. Empty if the remote agreed. */
    private Optional<Cause> hello() throws SessionBroken {
        var verb = hop.protocol() == NextHop.Protocol.LMTP ? "LHLO" : "EHLO";
        var hostname = hop.source().hostname();
        ehlo = EhloReply.NONE;
        var reply = dialogue.hello(verb + " " + hostname);
        if (reply.code() == 250) {
            ehlo = dialogue.settings().refusedExtensions().without(hop.host(), EhloReply.of(reply));
            return Optional.empty();
        }
        if (reply.code() == 421 || reply.transientFailure() || verb.equals("LHLO")) {
            return Optional.of(dialogue.hostRefused(verb, reply));
        }
        reply = dialogue.command("HELO " + hostname);
        return reply.code() == 250 ? Optional.empty() : Optional.of(dialogue.hostRefused("HELO", reply));
    }

    private Optional<Cause> startTls() throws SessionBroken, TlsBroken {
        var name = dialogue.remote().name();
        if (!ehlo.offers("STARTTLS")) {
            // RFC 8689 §4.2.1: if only the message asks for TLS, it comes back. If the domain has published that there
            // is TLS, the problem may pass (RFC 7672 §2.2, RFC 8461 §5).
            return withoutTls(
                    hop.tls().name().equals(TlsPolicy.REQUIRETLS) ? "5.7.10" : "4.7.4",
                    name + " does not offer STARTTLS");
        }
        var reply = dialogue.command("STARTTLS");
        if (reply.code() != 220) {
            // RFC 3207 §4: after a refusal the session continues in clear.
            return withoutTls("4.7.4", name + " refused STARTTLS: " + reply.quoted());
        }
        var refused = secure();
        // RFC 3207 §4.2: everything said in clear is forgotten.
        return refused.isPresent() ? refused : hello();
    }

    private Optional<Cause> withoutTls(String status, String why) {
        var unsupported = new TlsFailure(TlsFailure.Type.STARTTLS_NOT_SUPPORTED, why);
        if (hop.tls().mandatory()) {
            return Optional.of(insecure(status, unsupported));
        }
        failure = Optional.of(unsupported);
        return Optional.empty();
    }

    /** Performs the handshake and lets the policy judge the host's certificates. */
    private Optional<Cause> secure() throws TlsBroken {
        var remote = dialogue.remote();
        var wire = dialogue.wire();
        TlsClient.Secured secured;
        try {
            wire.allow(dialogue.settings().command());
            secured = dialogue.settings().tls().handshake(wire.socket(), remote.name(), remote.port());
            wire.use(secured.socket());
        } catch (IOException e) {
            var broken = new TlsFailure(
                    TlsFailure.Type.VALIDATION_FAILURE,
                    "the TLS handshake with " + remote.name() + " failed: " + e.getMessage());
            if (hop.tls().mandatory() || hop.protocol() == NextHop.Protocol.SMTPS) {
                return Optional.of(insecure("4.7.5", broken));
            }
            throw new TlsBroken(broken);
        }
        dialogue.settings().brokenTls().forget(remote);
        tls = Optional.of(secured.tls());
        failure = hop.tls().judge(secured.chain());
        return hop.tls().mandatory() ? failure.map(bad -> insecure("4.7.5", bad)) : Optional.empty();
    }

    private Cause insecure(String status, TlsFailure bad) {
        return new Cause.Insecure(
                Optional.of(dialogue.remote()), status, hop.tls().name(), bad);
    }

    /** The handshake failed, and mail may go without it: on a new connection, in clear. */
    private static final class TlsBroken extends IOException {
        private static final long serialVersionUID = 1;

        private final transient TlsFailure failure;

        TlsBroken(TlsFailure failure) {
            super(failure.explanation());
            this.failure = failure;
        }
    }
}
