package io.milena.delivery.site;

import io.milena.delivery.order.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one replica holds for one site from one of our sources, just now.
 *
 * @param waiting messages that it has read and that have not had their turn
 * @param octets of these, roughly
 * @param oldest when the oldest of them was accepted
 * @param connections that are open, of {@code allowed} that may be
 * @param perSecond messages settled in a second, of late
 * @param restsUntil no host of it let us in: nothing is tried before
 * @param restsWhy what was said or happened then
 * @param lastReply what its hosts said last, of whatever message
 * @param domains for which most waits
 */
public record QueueState(
        String site,
        Optional<String> source,
        int waiting,
        long octets,
        Optional<Instant> oldest,
        int connections,
        int allowed,
        double perSecond,
        Optional<Instant> restsUntil,
        Optional<String> restsWhy,
        Optional<String> lastReply,
        List<Domain> domains) {

    /** How much of it is for one domain. */
    public record Domain(String name, int waiting) {
        private static final int SHOWN = 10;

        /** The ten domains for which most of these messages are. */
        static List<Domain> most(List<QueuedMail> waiting) {
            return waiting.stream()
                    .collect(Collectors.groupingBy(QueuedMail::domain, Collectors.summingInt(mail -> 1)))
                    .entrySet()
                    .stream()
                    .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                    .limit(SHOWN)
                    .map(entry -> new Domain(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    public QueueState {
        source = source == null ? Optional.empty() : source;
        oldest = oldest == null ? Optional.empty() : oldest;
        restsUntil = restsUntil == null ? Optional.empty() : restsUntil;
        restsWhy = restsWhy == null ? Optional.empty() : restsWhy;
        lastReply = lastReply == null ? Optional.empty() : lastReply;
        domains = domains == null ? List.of() : List.copyOf(domains);
    }

    /** Whether an order is about this queue or some of it, by what it names of sites, domains and sources; one that names mail by other things alone is about no queue. */
    public boolean isMeantBy(Selector selector) {
        if (Stream.of(selector.site(), selector.domain(), selector.source()).allMatch(Optional::isEmpty)) {
            return selector.isEmpty();
        }
        return selector.site().stream().allMatch(site::equals)
                && selector.source().stream().map(Optional::of).allMatch(source::equals)
                && selector.domain().stream()
                        .allMatch(named -> domains.stream()
                                .anyMatch(domain -> domain.name().equals(named)));
    }
}
