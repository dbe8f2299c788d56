package io.milena.delivery.operator.order;

import io.milena.delivery.operator.Operator;
import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Order;
import io.milena.operator.AdminOnly;
import io.milena.operator.Items;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.topics.QueueId;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Orders of operators and rules for mail or a site, for a time. */
@Path("/v1/orders")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(
        name = "Orders",
        description = "What delivery is to do with mail for a time, on every replica, whether it waits or comes later.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class OrdersResource {
    private static final Set<Order.Action> TO_BE_OBEYED_NOW =
            Set.of(Order.Action.BOUNCE, Order.Action.DISCARD, Order.Action.REBIND);

    private final OrderDesk desk;
    private final FlushDesk flushes;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    OrdersResource(OrderDesk desk, FlushDesk flushes) {
        this.desk = desk;
        this.flushes = flushes;
    }

    @GET
    @Operation(summary = "List orders", description = "Those that hold now, the oldest first.")
    public Items<Order> list() {
        return new Items<>(desk.active());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Give an order",
            description =
                    "It holds on every replica within a second. To bounce, discard or rebind also brings what it is about out of the delay topics.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Order.class)))
    public Response give(@HeaderParam(Operator.HEADER) String operator, OrderRequest request) {
        if (request == null) {
            throw Problem.of(Response.Status.BAD_REQUEST, "a body is needed").exception();
        }
        var now = clock.instant();
        var order = request.order(QueueId.next(now.toEpochMilli()), Operator.name(operator), now, desk::checkRebinding);
        desk.give(order);
        // Mail in the tiers has no source yet; of an order for one, that is for mail which is tried.
        if (TO_BE_OBEYED_NOW.contains(order.action())
                && !order.selector().isEmpty()
                && order.selector().source().isEmpty()) {
            flush(order, order.by(), Optional.empty());
        }
        return Response.created(URI.create("/v1/orders/" + order.id()))
                .entity(order)
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            summary = "Withdraw an order",
            description = "What was suspended by it and waits in delay topics is tried now.")
    @APIResponse(responseCode = "204")
    public void withdraw(@HeaderParam(Operator.HEADER) String operator, @PathParam("id") String id) {
        var order = desk.get(id).orElseThrow(() -> Problem.notFound("order").exception());
        desk.withdraw(id);
        if (order.action() == Order.Action.SUSPEND) {
            flush(order, Operator.name(operator), Optional.of(id));
        }
    }

    /** Brings the selected mail out of the delay topics at once. */
    private void flush(Order order, String by, Optional<String> withdrawn) {
        var now = clock.instant();
        var reason = Optional.of("order " + order.id());
        flushes.give(new Flush(QueueId.next(now.toEpochMilli()), order.selector(), reason, by, now, withdrawn));
    }
}
