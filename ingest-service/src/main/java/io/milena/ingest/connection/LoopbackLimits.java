package io.milena.ingest.connection;

import io.milena.smtp.SessionLimits;
import java.util.Set;

/**
 * The limits for clients on this machine, of which some ports do not announce STARTTLS: the defaults of many clients use
 * it wherever it is announced, and refuse the self-signed certificate of a trial.
 */
public record LoopbackLimits(SessionLimits all, Set<Integer> unannouncedPorts) {
    public LoopbackLimits {
        unannouncedPorts = Set.copyOf(unannouncedPorts);
    }

    SessionLimits at(int port) {
        return unannouncedPorts.contains(port) ? all.withoutAnnouncingTls() : all;
    }
}
