package io.milena.delivery.operator.queue;

import io.milena.delivery.operator.Started;
import io.milena.delivery.operator.letter.DeadLetters;
import io.milena.delivery.progress.MailProgress;
import io.milena.operator.Problem;
import io.milena.topics.kafka.KafkaClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Searches the topics, for one message or for all waiting mail. Answers one question at a time, so that operators'
 * searches leave the brokers to delivery. Thread-safe; blocks.
 */
@ApplicationScoped
public class MessageDesk {
    private final DeadLetters letters;
    private final Clock clock = Clock.systemUTC();
    private final Semaphore turn = new Semaphore(1);
    private final Started<Parts> parts = new Started<>();

    private record Parts(KafkaClients clients, Supplier<MailProgress> progress) {}

    MessageDesk(DeadLetters letters) {
        this.letters = letters;
    }

    /** Call once, when the topics exist. {@code progress} is asked for each search. */
    public void start(KafkaClients clients, Supplier<MailProgress> progress) {
        parts.with(new Parts(clients, progress));
    }

    /** Everything known of the message whose id contains that time. */
    MessageView message(String id, Instant made) {
        return inTurn(now -> {
            try (var search = new MessageSearch(
                    now.clients(),
                    now.progress().get(),
                    letters.open(),
                    MessageSearch.OF_HISTORY,
                    MessageSearch.OF_MAIL,
                    id,
                    made,
                    clock.instant())) {
                return view(id, made, search.search());
            }
        });
    }

    /** The waiting mail of domains or accounts with such names. */
    WaitingView waiting(WaitingSurvey.By by, Predicate<String> wanted) {
        return inTurn(now -> {
            try (var survey = new WaitingSurvey(
                    now.clients(), now.progress().get(), WaitingSurvey.LIMIT, by, wanted, clock.instant())) {
                return survey.count();
            }
        });
    }

    private <T> T inTurn(Function<Parts, T> look) {
        var now = parts.get();
        if (!turn.tryAcquire()) {
            throw Problem.of(Response.Status.SERVICE_UNAVAILABLE, "somebody else looks through the topics just now")
                    .exception();
        }
        try {
            return look.apply(now);
        } finally {
            turn.release();
        }
    }

    private MessageView view(String id, Instant made, MessageSearch.Result result) {
        if (result.trail().isEmpty()) {
            var problem = Problem.of(
                    Response.Status.NOT_FOUND,
                    result.complete()
                            ? "there is no trace of " + id + ": no message has this id, or it was settled so long ago"
                                    + " that its outcomes are gone"
                            : "no trace of " + id + " was found in the time that a search may take; there is more to"
                                    + " be looked through");
            throw (result.complete() ? problem : problem.withCode("search-cut-short")).exception();
        }
        return MessageView.of(id, made, result.trail(), result.complete(), clock.instant());
    }
}
