package io.milena.standalone.postbox;

import io.milena.standalone.postbox.Postbox.Listing;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A request that waits until a message comes that it asks for, or until its time is over. Looks on the thread that brings the mail, answers on that of the request. */
final class LongPoll {
    private final Postbox postbox;
    private final Query query;
    private final Context context;
    private final Consumer<Listing> answer;
    private final Runnable look = this::look;
    private final AtomicBoolean over = new AtomicBoolean();
    /** Messages up to this one have been looked at. */
    private volatile long seen;

    private long timer;

    private LongPoll(Postbox postbox, Query query, Context context, Consumer<Listing> answer) {
        this.postbox = postbox;
        this.query = query;
        this.context = context;
        this.answer = answer;
    }

    /** False when too many wait already: then nothing is answered. */
    static boolean begin(
            Postbox postbox, Query query, Duration atMost, RoutingContext request, Consumer<Listing> answer) {
        var poll = new LongPoll(postbox, query, request.vertx().getOrCreateContext(), answer);
        if (!postbox.watch(poll.look)) {
            return false;
        }
        poll.timer = request.vertx().setTimer(atMost.toMillis(), timer -> poll.end(postbox.list(query)));
        request.addEndHandler(gone -> poll.leave());
        // It may have come before the watch began.
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
