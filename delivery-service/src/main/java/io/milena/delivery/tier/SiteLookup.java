package io.milena.delivery.tier;

import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.Sites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Finds the site of mail that perhaps no replica has tried lately, by the configured routes and DNS. Thread-safe. */
public final class SiteLookup {
    /** A domain whose name servers take longer counts as having no site. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final int DESTINATIONS_KNOWN = 10_000;

    private final Routes routes;
    private final Sites sites;

    public SiteLookup(Routes routes, Sites sites) {
        this.routes = routes;
        this.sites = sites;
    }

    Enquiry enquiry() {
        return new Enquiry();
    }

    /** One pass over waiting mail, which asks for each destination once. Confined to a thread. */
    final class Enquiry {
        private final Map<String, String> answers = new HashMap<>();

        /** Finds the sites of all this mail together. Blocks for some seconds at most. */
        void ask(Collection<TierScan.Waiting> waiting) {
            if (answers.size() > DESTINATIONS_KNOWN) {
                answers.clear();
            }
            var found = new ConcurrentHashMap<String, String>();
            var questions = new ArrayList<Runnable>();
            for (var mail : waiting) {
                var route = route(mail);
                var destination = Way.destination(route, mail.domain());
                if (answers.containsKey(destination)) {
                    continue;
                }
                var known = sites.known(destination);
                answers.put(destination, known.orElse(""));
                if (known.isEmpty()) {
                    questions.add(() -> found.put(
                            destination, sites.findName(route, mail.domain()).name()));
                }
            }
            await(questions);
            answers.putAll(found);
        }

        /** Empty if it is not known; {@link #ask} must have been called for it. */
        String site(TierScan.Waiting mail) {
            return answers.getOrDefault(Way.destination(route(mail), mail.domain()), "");
        }
    }

    private Route route(TierScan.Waiting mail) {
        return routes.of(mail.domain(), mail.mail().envelope().account(), mail.tag());
    }

    private static void await(List<Runnable> questions) {
        var open = new CountDownLatch(questions.size());
        for (var question : questions) {
            Thread.ofVirtual().name("site").start(() -> {
                try {
                    question.run();
                } finally {
                    open.countDown();
                }
            });
        }
        try {
            open.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
