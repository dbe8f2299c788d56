package io.milena.delivery.site;

import io.milena.delivery.order.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The mail that one replica holds for one site from one of our sources, at this moment.
 *
 * @param waiting messages that it has read and that have not had their turn
 * @param octets of these messages, roughly
 * @param oldest when the oldest of them was accepted
 * @param connections open connections, of {@code allowed}
 * @param perSecond messages settled per second in the last seconds
 * @param restsUntil end of a rest, which began when no host let us in
 * @param restsWhy the reason for that rest
 * @param lastReply the last reply of its hosts, to any message
 * @param domains the domains with the most waiting messages
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

    /** The waiting messages for one domain. */
    public record Domain(String name, int waiting) {
        private static final int SHOWN = 10;

        /** The ten domains with the most waiting messages. */
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

    /**
     * Whether an order is about this queue or some of it, by the site, domain and source that it names. An order that
     * names mail by other properties alone is about no queue.
     */
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
