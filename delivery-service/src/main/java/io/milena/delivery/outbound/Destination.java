package io.milena.delivery.outbound;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Rest;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.Stay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * All mail of one {@link Way}: its {@link Site}, once found, and a rest of its own for faults of the way and not of the
 * site (no DNS answer, a policy about TLS). Thread-safe.
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

    /** Keeps a message until the site is known; false if the site is known already. */
    synchronized boolean keep(QueuedMail mail) {
        return site.isEmpty() && unassigned.add(mail);
    }

    /**
     * Whether the caller must find the site: it is unknown, or was found on the basis of other {@code knowledge}. True
     * for one caller until the site is assigned.
     */
    synchronized boolean ask(Object knowledge) {
        if (asked || site.isPresent() && knownBy.equals(knowledge)) {
            return false;
        }
        asked = true;
        knownBy = knowledge;
        return true;
    }

    /** Sets the site and returns the mail that was kept for it. */
    synchronized List<QueuedMail> assign(Site found) {
        site = Optional.of(found);
        asked = false;
        var kept = List.copyOf(unassigned);
        unassigned.clear();
        return kept;
    }

    /** Notes that the site could not be found and must be asked for again. Returns the mail that was kept. */
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

    /** Time until the rest ends; zero outside a rest. */
    synchronized Duration resting(long now) {
        return rest.left(now);
    }

    /** How a message waits that comes during a rest, with this queue lifetime left. */
    synchronized Stay stay(QueuedMail mail, Duration left, long now) {
        return rest.stay(mail.account(), mail.domain(), mail.mail().envelope().id(), left, now);
    }

    /** Whether mail was put on hold since mail was last let in, and after {@code since} if that is given. */
    synchronized boolean hasHeld(OptionalLong since) {
        return rest.hasHeld(since);
    }

    /** Ends a rest that began before {@code asked}. */
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
