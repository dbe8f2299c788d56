package io.milena.stories.harness;

import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The messages that were promised with 250, their outcomes in {@code mail.outcomes}, and their arrivals; these must
 * agree whatever happened in between. Thread-safe.
 */
public final class Ledger {
    /** Each recipient of an accepted message, with the queue id. */
    private final Map<String, String> promised = new ConcurrentHashMap<>();
    /** All arrivals of mail for a recipient. */
    private final Map<String, List<Instant>> arrivals = new ConcurrentHashMap<>();
    /** All arrivals of reports, by the recipient that they are about. */
    private final Map<String, List<Instant>> reports = new ConcurrentHashMap<>();

    /** Mail that was sent twice. */
    public record Repeated(String recipient, List<Instant> arrivals) {
        public Repeated {
            arrivals = arrivals.stream().sorted().toList();
        }

        public Instant first() {
            return arrivals.getFirst();
        }
    }

    /** The recipients of a message that was answered 250. */
    public void promise(String queueId, List<String> recipients) {
        recipients.forEach(recipient -> promised.put(recipient, queueId));
    }

    /** Must be called for each message that an exchanger takes. */
    public void arrived(ReceivedMail mail) {
        if (mail.reversePath().isEmpty()) {
            failed(mail).forEach(recipient -> note(reports, recipient, mail.at()));
        } else {
            mail.forwardPaths().forEach(recipient -> note(arrivals, recipient, mail.at()));
        }
    }

    private static void note(Map<String, List<Instant>> where, String recipient, Instant at) {
        where.computeIfAbsent(recipient, first -> new CopyOnWriteArrayList<>()).add(at);
    }

    private static List<String> failed(ReceivedMail mail) {
        try {
            return Dsn.of(mail).perRecipient().stream()
                    .filter(group -> Dsn.field(group, "Action").orElseThrow().equals("failed"))
                    .map(group -> Dsn.field(group, "Final-Recipient").orElseThrow())
                    .map(field -> field.substring(field.indexOf(';') + 1).strip())
                    .toList();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Set<String> promised() {
        return Set.copyOf(promised.keySet());
    }

    /** Number of recipients that got mail. */
    public int served() {
        return arrivals.size();
    }

    public int reported() {
        return reports.size();
    }

    /** Time of the last arrival for the domain. */
    public Instant lastAt(String domain) {
        return arrivals.entrySet().stream()
                .filter(arrival -> arrival.getKey().endsWith("@" + domain))
                .map(arrival -> arrival.getValue().getLast())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /** The terminal outcomes of each recipient of an accepted message. */
    public Map<String, List<Outcome.Type>> ends(Collection<Outcome> outcomes) {
        var ends = new HashMap<String, List<Outcome.Type>>();
        outcomes.stream()
                .filter(outcome -> outcome.type().terminal())
                .filter(outcome -> outcome.id().equals(promised.get(outcome.recipient())))
                .collect(Collectors.groupingBy(Outcome::recipient))
                .forEach((recipient, its) ->
                        ends.put(recipient, its.stream().map(Outcome::type).toList()));
        return ends;
    }

    /** Recipients that may have got it twice, by outcomes. */
    public Set<String> inDoubt(Collection<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.inDoubt() && outcome.id().equals(promised.get(outcome.recipient())))
                .map(Outcome::recipient)
                .collect(Collectors.toSet());
    }

    /** Recipients that have neither mail nor a report. */
    public List<String> missing() {
        return promised.keySet().stream()
                .filter(recipient -> !arrivals.containsKey(recipient) && !reports.containsKey(recipient))
                .sorted()
                .toList();
    }

    /** Mail and reports that arrived more than once. */
    public List<Repeated> repeated() {
        return List.of(arrivals, reports).stream()
                .flatMap(accounts -> accounts.entrySet().stream())
                .filter(account -> account.getValue().size() > 1)
                .map(account -> new Repeated(account.getKey(), account.getValue()))
                .toList();
    }

    public boolean wasServed(String recipient) {
        return arrivals.containsKey(recipient);
    }

    public boolean wasReported(String recipient) {
        return reports.containsKey(recipient);
    }
}
