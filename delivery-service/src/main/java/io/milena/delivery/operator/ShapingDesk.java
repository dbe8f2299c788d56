package io.milena.delivery.operator;

import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.shaping.Shaping;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.operator.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** What this replica knows of sites, once it has started. Thread-safe. */
@ApplicationScoped
public class ShapingDesk {
    private volatile Optional<Parts> parts = Optional.empty();

    private record Parts(ShapingSource source, MailExchangers exchangers) {}

    /** To be called once. */
    public void start(ShapingSource source, MailExchangers exchangers) {
        parts = Optional.of(new Parts(source, exchangers));
    }

    Shaping shaping() {
        return started().source().current();
    }

    /** Blocks while DNS is asked. */
    List<String> exchangers(String domain) {
        return started().exchangers().names(domain);
    }

    private Parts started() {
        return parts.orElseThrow(
                () -> Problem.of(Response.Status.SERVICE_UNAVAILABLE, "the service has not started yet")
                        .exception());
    }
}
