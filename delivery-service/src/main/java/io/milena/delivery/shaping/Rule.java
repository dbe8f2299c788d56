package io.milena.delivery.shaping;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be done when hosts of a site say certain things. Immutable.
 *
 * @param sites names of sites; none: all
 * @param reply is looked for in the reply, code and all, as one line; matches in linear time whatever a host says
 * @param after so often in a time; none: at once
 * @param lasting how long the deed holds
 */
public record Rule(
        String name,
        Set<String> sites,
        Pattern reply,
        Optional<Rate> after,
        Deed deed,
        Duration lasting,
        Origin origin) {

    /** What is done. */
    public sealed interface Deed {
        /** Mail for the site waits; {@code account}: only that of the account whose message was refused. */
        record Suspend(boolean account) implements Deed {}

        /** Mail for the site goes back. */
        record Bounce(boolean account) implements Deed {}

        /** No more than this goes to the site. */
        record Slow(Rate rate) implements Deed {}

        /** The site is met without TLS where that is allowed, or only with it. */
        record Tls(boolean required) implements Deed {}
    }

    public boolean matches(String site, String said) {
        return (sites.isEmpty() || sites.contains(site)) && reply.matcher(said).find();
    }
}
