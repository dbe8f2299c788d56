package io.milena.auth.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.milena.auth.lease.Shares;
import io.milena.auth.store.Account;
import io.milena.auth.store.Lease;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Shares an account's allowance out among the replicas of ingest. A replica says how much it holds and wants; all of
 * them together never hold more than the limit, whichever requests, answers or replicas get lost. Time is the
 * database's.
 */
@Path("/internal/v1/leases")
@ServiceOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Internal")
@SecurityRequirement(name = ServiceOnly.SCHEME)
public class LeasesResource {
    private static final Duration RATE_LEASE = Duration.ofSeconds(10);
    /** Messages admitted under a lease count for a second, so its share goes to no other replica until then. */
    private static final Duration RATE_WINDOW = Duration.ofSeconds(1);
    /** Time for which a remainder stays with the same replicas. */
    private static final long ROUND_SECONDS = 10;

    private final EntityManager entities;

    LeasesResource(EntityManager entities) {
        this.entities = entities;
    }

    /** The limits that are shared out. */
    public enum Measure {
        /** Messages in a day of UTC. */
        @JsonProperty("day")
        DAY,
        /** Messages in any second. */
        @JsonProperty("second")
        SECOND
    }

    /** A request of a replica. */
    public record Wish(
            @NotNull String account,
            @NotNull Measure measure,
            @NotNull @Pattern(regexp = "[A-Za-z0-9-]{1,64}") String replica,

            @Schema(description = "Larger in each request of the replica.") @PositiveOrZero
            long sequence,

            @Schema(description = "As it was in the last answer.") @NotNull
            String period,

            @Schema(description = "The amount that it may have used or may use without another answer.") @PositiveOrZero
            long held,

            @Schema(description = "The amount that it would like to hold.") @PositiveOrZero
            long wanted) {}

    /** The answer to a replica. */
    public record Grant(
            @Schema(description = "The amount that it may hold now.")
            long held,

            @Schema(description = "The amount that it ought to come down to, for others.")
            long target,

            @Schema(description = "For how long, counted from the request.")
            long millis,

            String period) {}

    @POST
    @Transactional
    @Operation(summary = "Take, keep or give back a part of an account's allowance")
    @APIResponse(responseCode = "200", description = "The lease of the replica.")
    @APIResponse(responseCode = "409", description = "A later request of the replica was here before this one.")
    public Grant lease(@Valid @NotNull Wish wish) {
        // Requests for one account are handled one after the other.
        var account = Account.byIdLocked(wish.account())
                .orElseThrow(() -> Problem.notFound("account").exception());
        var now = (Instant) entities.createNativeQuery("select clock_timestamp()", Instant.class)
                .getSingleResult();
        Lease.deleteEnded(account.id, now);
        return switch (wish.measure()) {
            case DAY -> day(account, wish, now);
            case SECOND -> second(account, wish, now);
        };
    }

    private static Grant day(Account account, Wish wish, Instant now) {
        var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        var midnight = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        var key = new Lease.Key(account.id, "day", today.toString(), wish.replica());
        // Leases of yesterday are over.
        long held = wish.period().equals(today.toString()) ? proved(key, wish.held(), now) : 0;
        long limit = account.messagesPerDay == null ? Long.MAX_VALUE : account.messagesPerDay;
        long others =
                Lease.besides(key, now).stream().mapToLong(lease -> lease.held).sum();
        var holder = new Shares.Holder(wish.replica(), held, wish.wanted());
        long granted = Shares.ofDay(limit, others, holder);
        keep(key, wish, granted, midnight);
        return new Grant(granted, granted, Duration.between(now, midnight).toMillis(), today.toString());
    }

    private static Grant second(Account account, Wish wish, Instant now) {
        var key = new Lease.Key(account.id, "second", "", wish.replica());
        long limit = account.messagesPerSecond == null ? Long.MAX_VALUE : account.messagesPerSecond;
        var others = Lease.besides(key, now).stream()
                .map(lease -> new Shares.Holder(lease.replica, lease.held, lease.wanted))
                .toList();
        var holder = new Shares.Holder(wish.replica(), proved(key, wish.held(), now), wish.wanted());
        var share = Shares.ofRate(limit, others, holder, now.getEpochSecond() / ROUND_SECONDS);
        keep(key, wish, share.granted(), now.plus(RATE_LEASE).plus(RATE_WINDOW));
        return new Grant(share.granted(), share.target(), RATE_LEASE.toMillis(), "");
    }

    /**
     * The amount that a replica holds: no more than it was granted, and nothing once the lease has lapsed, since others
     * may hold it by now.
     */
    private static long proved(Lease.Key key, long held, Instant now) {
        return Lease.of(key)
                .filter(lease -> lease.until.isAfter(now))
                .map(lease -> Math.min(held, lease.held))
                .orElse(0L);
    }

    private static void keep(Lease.Key key, Wish wish, long held, Instant until) {
        if (!Lease.keep(key, wish.sequence(), held, wish.wanted(), until)) {
            throw Problem.of(Response.Status.CONFLICT, "a later request was here before")
                    .exception();
        }
    }
}
