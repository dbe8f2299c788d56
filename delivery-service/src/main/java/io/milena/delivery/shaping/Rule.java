package io.milena.delivery.shaping;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A reaction to certain replies of a site's hosts. Immutable.
 *
 * @param sites names of sites; none: all
 * @param reply searched in the reply with its code, as one line; matching takes time linear in the reply
 * @param after number of such replies in a time; none: at once
 * @param lasting how long the action holds
 */
public record Rule(
        String name,
        Set<String> sites,
        Pattern reply,
        Optional<Rate> after,
        Deed deed,
        Duration lasting,
        Origin origin) {

    /** The action. */
    public sealed interface Deed {
        /** Mail for the site waits; {@code account}: only mail of the account whose message was refused. */
        record Suspend(boolean account) implements Deed {}

        /** Mail for the site goes back; {@code account}: only mail of the account whose message was refused. */
        record Bounce(boolean account) implements Deed {}

        /** At most this rate goes to the site. */
        record Slow(Rate rate) implements Deed {}

        /** The site is used without TLS where that is allowed, or only with TLS. */
        record Tls(boolean required) implements Deed {}
    }

    public boolean matches(String site, String said) {
        return (sites.isEmpty() || sites.contains(site)) && reply.matcher(said).find();
    }
}
