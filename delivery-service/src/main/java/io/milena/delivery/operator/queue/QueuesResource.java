package io.milena.delivery.operator.queue;

import io.milena.delivery.operator.order.OrderDesk;
import io.milena.delivery.order.Order;
import io.milena.delivery.site.QueueState;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Waiting mail by site, over all replicas. */
@Path("/v1/queues")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Queues", description = "What waits for which site, and why.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class QueuesResource {
    private static final Comparator<Queue> MOST_FIRST = Comparator.comparing(
                    (Queue queue) -> -queue.state().waiting())
            .thenComparing(queue -> queue.state().site())
            .thenComparing(Queue::instance);

    /** Above this nobody cares for a few more or less, and counting takes long. */
    private static final int MOST_COUNTED = 2_000;

    private final Queues queues;
    private final OrderDesk orders;
    private final MessageDesk messages;

    QueuesResource(Queues queues, OrderDesk orders, MessageDesk messages) {
        this.queues = queues;
        this.orders = orders;
        this.messages = messages;
    }

    /**
     * The whole answer.
     *
     * @param queued messages that are not settled, including those in delay topics
     * @param exact whether they were counted one by one; else it is an upper bound, since Kafka's transaction markers count
     *     with unread mail
     * @param orders number of orders that hold, including those for mail that is not shown here
     * @param suspended orders that suspend the mail of a site or domain of which no queue is shown: it waits in delay topics
     */
    public record All(
            long queued,
            boolean exact,
            List<Replica> replicas,
            List<Queue> queues,
            int orders,
            List<Order> suspended) {}

    public record Replica(String instance, long queued) {}

    /** A site's queue at one replica, and the orders that are about that site. */
    public record Queue(String instance, QueueState state, List<Order> orders) {}

    @GET
    @Operation(
            summary = "List queues",
            description =
                    "Each site for which something waits or was done of late, at each replica, no older than two seconds. With matching: sites and domains with that text in their names.")
    public All list(@QueryParam("matching") @DefaultValue("") String matching) {
        var replicas = queues.replicas();
        var wanted = matching.toLowerCase(Locale.ROOT);
        long bound = replicas.stream().mapToLong(ReplicaState::queued).sum();
        var counted = bound == 0 || bound > MOST_COUNTED ? OptionalLong.empty() : messages.countSoon();
        var shown = shown(replicas, wanted);
        return new All(
                counted.orElse(bound),
                bound == 0 || counted.isPresent(),
                replicas.stream()
                        .map(replica -> new Replica(replica.instance(), replica.queued()))
                        .toList(),
                shown,
                orders.active().size(),
                orders.active().stream()
                        .filter(order -> order.action() == Order.Action.SUSPEND && isShownAlone(order, shown, wanted))
                        .toList());
    }

    private List<Queue> shown(Collection<ReplicaState> replicas, String wanted) {
        return replicas.stream()
                .flatMap(replica -> replica.queues().stream()
                        .filter(state -> fits(state, wanted))
                        .map(state -> new Queue(replica.instance(), state, about(state))))
                .sorted(MOST_FIRST)
                .toList();
    }

    private static boolean isShownAlone(Order order, List<Queue> shown, String wanted) {
        var selector = order.selector();
        return Stream.concat(selector.site().stream(), selector.domain().stream())
                        .anyMatch(name -> name.contains(wanted))
                && shown.stream().noneMatch(queue -> queue.orders().contains(order));
    }

    @GET
    @Path("/waiting")
    @Operation(
            summary = "Count what waits",
            description =
                    "By domain or account, deferred mail too. The topics are looked through for it, for ten seconds and 1 GiB at most and for one request at a time; who comes second is told 503. With matching: names with that text in them.")
    @APIResponse(responseCode = "200", description = "What was found.")
    public WaitingView waiting(
            @QueryParam("by") @DefaultValue("domain") String by,
            @QueryParam("matching") @DefaultValue("") String matching) {
        var kind = WaitingSurvey.By.of(by)
                .orElseThrow(() -> Problem.of(Response.Status.BAD_REQUEST, "by: must be domain or account")
                        .exception());
        var wanted = matching.toLowerCase(Locale.ROOT);
        return messages.waiting(kind, name -> name.contains(wanted));
    }

    private static boolean fits(QueueState state, String wanted) {
        return state.site().contains(wanted)
                || state.domains().stream().anyMatch(domain -> domain.name().contains(wanted));
    }

    private List<Order> about(QueueState state) {
        return orders.active().stream()
                .filter(order -> state.isMeantBy(order.selector()))
                .toList();
    }
}
