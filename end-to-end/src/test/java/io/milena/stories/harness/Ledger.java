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
 * What was promised with 250, what came of it in {@code mail.outcomes}, and when what arrived where: the accounts that have to agree whatever
 * happened in between. Thread-safe.
 */
public final class Ledger {
    /** Each recipient that was promised, with the queue id. */
    private final Map<String, String> promised = new ConcurrentHashMap<>();
    /** When mail for a recipient arrived, each time. */
    private final Map<String, List<Instant>> arrivals = new ConcurrentHashMap<>();
    /** The same of reports, by the recipient that they are about. */
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

    /** To be told of all that an exchanger takes. */
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

    /** Who has got something. */
    public int served() {
        return arrivals.size();
    }

    public int reported() {
        return reports.size();
    }

    /** When something last came for the domain. */
    public Instant lastAt(String domain) {
        return arrivals.entrySet().stream()
                .filter(arrival -> arrival.getKey().endsWith("@" + domain))
                .map(arrival -> arrival.getValue().getLast())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /** The terminal outcomes of each recipient that was promised. */
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

    /** Who may have got it twice, as outcomes say. */
    public Set<String> inDoubt(Collection<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.inDoubt() && outcome.id().equals(promised.get(outcome.recipient())))
                .map(Outcome::recipient)
                .collect(Collectors.toSet());
    }

    /** Who neither has the mail nor is the subject of a report. */
    public List<String> missing() {
        return promised.keySet().stream()
                .filter(recipient -> !arrivals.containsKey(recipient) && !reports.containsKey(recipient))
                .sorted()
                .toList();
    }

    /** What arrived more than once, reports too. */
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
