package io.milena.delivery.operator.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.delivery.order.Order;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routing;
import io.milena.delivery.route.Way;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The site of a domain, its limits, and the file and line that set each. */
@Path("/v1/shaping")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Shaping", description = "The limits that hold for a destination.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class ShapingResource {
    private final ShapingDesk desk;
    private final OrderDesk orders;

    ShapingResource(ShapingDesk desk, OrderDesk orders) {
        this.desk = desk;
        this.orders = orders;
    }

    /**
     * The limits for a domain.
     *
     * @param route where its mail is routed, if not to its MX hosts
     * @param exchangers its MX hosts, as DNS names them now; none if a route leads elsewhere
     * @param nowhere why DNS names no host for it
     * @param shared whether other replicas may have a part of the limits
     */
    public record Explanation(
            String domain,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> route,
            List<String> exchangers,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> nowhere,
            String site,
            boolean shared,
            List<Said> limits,
            List<Order> orders) {}

    /** A limit, and the line that sets it. */
    public record Said(String key, String value, String file, int line) {}

    @GET
    @Path("/{domain}")
    @Operation(summary = "Explain", description = "Asks DNS for the domain's MX hosts.")
    public Explanation explain(@PathParam("domain") String domain, @QueryParam("source") String source) {
        var name = domain.strip().toLowerCase(Locale.ROOT);
        var route = desk.route(name);
        if (source != null) {
            orders.checkSource(source);
        }
        var hosts = route instanceof Route.Exchangers ? desk.exchangers(name) : new Routing.Hosts(List.of());
        var site = desk.site(route, name);
        var limits = desk.shaping().settings(site.name(), Optional.ofNullable(source)).entrySet().stream()
                .map(entry -> new Said(
                        entry.getKey().key(),
                        entry.getValue().toString(),
                        entry.getValue().origin().file(),
                        entry.getValue().origin().line()))
                .toList();
        return new Explanation(
                name,
                route instanceof Route.Exchangers ? Optional.empty() : Optional.of(Way.destination(route, name)),
                names(hosts),
                hosts instanceof Routing.Nowhere(var status, var why) ? Optional.of(why) : Optional.empty(),
                site.name(),
                site.shared(),
                limits,
                orders.active().stream()
                        .filter(order -> order.selector()
                                        .site()
                                        .filter(site.name()::equals)
                                        .isPresent()
                                || order.selector()
                                        .domain()
                                        .filter(name::equals)
                                        .isPresent()
                                || order.selector().isEmpty())
                        .toList());
    }

    private static List<String> names(Routing routing) {
        return routing instanceof Routing.Hosts(var hosts)
                ? hosts.stream()
                        .map(candidate -> candidate.host().name())
                        .distinct()
                        .toList()
                : List.of();
    }
}
