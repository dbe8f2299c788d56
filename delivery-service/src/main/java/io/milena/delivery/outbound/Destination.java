package io.milena.delivery.outbound;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Rest;
import io.milena.delivery.site.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where mail of one {@link Way} is taken to: a {@link Site}, once it is known which, and its own rest where the way and not the site is at fault (no
 * DNS answer, a policy about TLS). Thread-safe.
 */
final class Destination {
    private final Way way;
    private final Rest rest;
    private final List<QueuedMail> unassigned = new ArrayList<>();
    private Optional<Site> site = Optional.empty();
    private Object knownBy = "";
    private boolean asked;

    Destination(Way way, Rest rest) {
        this.way = way;
        this.rest = rest;
    }

    Way way() {
        return way;
    }

    synchronized Optional<Site> site() {
        return site;
    }

    /** Keeps a message until the site is known; whether it was still unknown. */
    synchronized boolean keep(QueuedMail mail) {
        return site.isEmpty() && unassigned.add(mail);
    }

    /** Whether the caller is to find out the site, since it isn't known, or only by what held {@code before} this. */
    synchronized boolean ask(Object knowledge) {
        if (asked || site.isPresent() && knownBy.equals(knowledge)) {
            return false;
        }
        asked = true;
        knownBy = knowledge;
        return true;
    }

    /** Returns what was kept for this. */
    synchronized List<QueuedMail> assign(Site found) {
        site = Optional.of(found);
        asked = false;
        var kept = List.copyOf(unassigned);
        unassigned.clear();
        return kept;
    }

    /** The site could not be found: it is to be asked for again. Returns what was kept. */
    synchronized List<QueuedMail> unanswered() {
        asked = false;
        knownBy = "";
        var kept = List.copyOf(unassigned);
        unassigned.clear();
        return kept;
    }

    synchronized void rest(Cause why, long now) {
        rest.begin(why, now);
    }

    /** How long it still rests; zero if it does not. */
    synchronized Duration resting(long now) {
        return rest.left(now);
    }

    /** A rest that began before is over. */
    synchronized void probe(long asked, long now) {
        rest.probe(asked, now);
    }

    synchronized Cause whyResting() {
        return rest.why();
    }

    synchronized void reached() {
        rest.over();
    }

    synchronized List<QueuedMail> remove(Predicate<QueuedMail> wanted) {
        var removed = new ArrayList<QueuedMail>();
        unassigned.removeIf(mail -> wanted.test(mail) && removed.add(mail));
        return removed;
    }

    synchronized boolean unused(long now) {
        return unassigned.isEmpty() && !asked && rest.isForgotten(now);
    }
}
