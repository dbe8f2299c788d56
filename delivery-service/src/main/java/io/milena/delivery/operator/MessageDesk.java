package io.milena.delivery.operator;

import io.milena.operator.Problem;
import io.milena.topics.KafkaClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Where single messages are looked at, one at a time: those who look on must not take the brokers from those who deliver. Thread-safe; blocks. */
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

    /** To be called once, when the topics are there. {@code progress} is asked for each search. */
    public void start(KafkaClients clients, Supplier<MailProgress> progress) {
        parts.with(new Parts(clients, progress));
    }

    /** What is known of the message whose id holds that time. */
    MessageView message(String id, Instant made) {
        var now = parts.get();
        if (!turn.tryAcquire()) {
            throw Problem.of(Response.Status.SERVICE_UNAVAILABLE, "another message is being looked for just now")
                    .exception();
        }
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
