package io.milena.delivery.operator.queue;

import io.milena.delivery.operator.Started;
import io.milena.delivery.operator.letter.DeadLetters;
import io.milena.delivery.progress.MailProgress;
import io.milena.operator.Problem;
import io.milena.topics.Envelope;
import io.milena.topics.kafka.KafkaClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Searches the topics, for one message or for all waiting mail. Answers one question at a time, so that operators'
 * searches leave the brokers to delivery. Thread-safe; blocks.
 */
@ApplicationScoped
public class MessageDesk {
    private static final Logger LOG = Logger.getLogger(MessageDesk.class);

    private final DeadLetters letters;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final Semaphore turn = new Semaphore(1);
    private final Semaphore counting = new Semaphore(1);
    private final Started<Parts> parts = new Started<>();

    private record Parts(
            KafkaClients clients, Supplier<MailProgress> progress, Function<Envelope, List<String>> signers) {}

    MessageDesk(DeadLetters letters) {
        this.letters = letters;
    }

    /**
     * Call once, when the topics exist. {@code progress} is asked for each search; {@code signers} gives the domains in whose
     * name a message is signed.
     */
    public void start(KafkaClients clients, Supplier<MailProgress> progress, Function<Envelope, List<String>> signers) {
        parts.with(new Parts(clients, progress, signers));
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
                return view(id, made, search.search(), now.signers());
            }
        });
    }

    /** The waiting mail of domains or accounts with such names. */
    WaitingView waiting(WaitingSurvey.By by, Predicate<String> wanted) {
        return inTurn(now -> survey(now, WaitingSurvey.LIMIT, by, wanted));
    }

    /**
     * How many messages wait, counted one by one. It has a turn of its own, so that a look at the queues refuses nobody's
     * search. Empty if counting takes more than a moment, if another count is under way, or if Kafka does not answer.
     */
    OptionalLong countSoon() {
        var now = parts.get();
        if (!counting.tryAcquire()) {
            return OptionalLong.empty();
        }
        try {
            var view = survey(now, WaitingSurvey.SOON, WaitingSurvey.By.ACCOUNT, name -> true);
            return view.complete() ? OptionalLong.of(view.messages()) : OptionalLong.empty();
        } catch (KafkaException e) {
            LOG.debugf("waiting mail could not be counted: %s", e.toString());
            return OptionalLong.empty();
        } finally {
            counting.release();
        }
    }

    private WaitingView survey(Parts now, TopicReader.Limit limit, WaitingSurvey.By by, Predicate<String> wanted) {
        try (var survey = new WaitingSurvey(now.clients(), now.progress().get(), limit, by, wanted, clock.instant())) {
            return survey.count();
        }
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

    private MessageView view(
            String id, Instant made, MessageSearch.Result result, Function<Envelope, List<String>> signers) {
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
        return MessageView.of(id, made, result.trail(), result.complete(), clock.instant(), signers);
    }
}
