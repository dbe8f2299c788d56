package io.milena.standalone.postbox;

import io.milena.standalone.postbox.Postbox.Listing;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A request that waits for a matching message or until its time is over. Looks for messages on the thread that brings
 * the mail, and answers on the request's thread.
 */
final class LongPoll {
    private final Postbox postbox;
    private final Query query;
    private final Context context;
    private final Consumer<Listing> answer;
    private final Runnable look = this::look;
    private final AtomicBoolean over = new AtomicBoolean();
    /** The id up to which messages have been checked. */
    private volatile long seen;

    private long timer;

    private LongPoll(Postbox postbox, Query query, Context context, Consumer<Listing> answer) {
        this.postbox = postbox;
        this.query = query;
        this.context = context;
        this.answer = answer;
    }

    /** Returns false, without an answer, if too many requests wait already. */
    static boolean begin(
            Postbox postbox, Query query, Duration atMost, RoutingContext request, Consumer<Listing> answer) {
        var poll = new LongPoll(postbox, query, request.vertx().getOrCreateContext(), answer);
        if (!postbox.watch(poll.look)) {
            return false;
        }
        poll.timer = request.vertx().setTimer(atMost.toMillis(), timer -> poll.end(postbox.list(query)));
        request.addEndHandler(gone -> poll.leave());
        // The message may have come before the watch began.
        poll.look();
        return true;
    }

    private void look() {
        long last = postbox.lastId();
        var found = postbox.list(query.after(seen));
        if (found.messages().isEmpty()) {
            seen = last;
        } else {
            end(found);
        }
    }

    private void end(Listing found) {
        if (leave()) {
            context.runOnContext(turn -> answer.accept(found));
        }
    }

    private boolean leave() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        postbox.unwatch(look);
        context.owner().cancelTimer(timer);
        return true;
    }
}
