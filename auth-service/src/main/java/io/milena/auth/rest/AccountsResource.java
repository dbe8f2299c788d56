package io.milena.auth.rest;

import io.milena.auth.store.Account;
import io.milena.auth.store.AccountPriority;
import io.milena.auth.store.AccountStatus;
import io.milena.auth.store.AccountTls;
import io.milena.auth.store.Outbox;
import io.milena.operator.AdminOnly;
import io.milena.operator.Items;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The REST interface of accounts: makes, lists and suspends them, and sets their rules. */
@Path("/v1/accounts")
@AdminOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Accounts", description = "The owners of credentials and sending domains.")
@SecurityScheme(
        securitySchemeName = AdminOnly.SCHEME,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "The administrator's token: milena.bootstrap.admin-token.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class AccountsResource {
    /** Text without control characters and halves of surrogate pairs. */
    static final String PRINTABLE = "[^\\p{Cc}\\p{Cs}]*";

    private final Outbox outbox;

    AccountsResource(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A request to make an account. */
    public record NewAccount(
            @Schema(description = "For people; need not be unique.", examples = "Billing")
            @NotBlank
            @Size(max = 200)
            @Pattern(regexp = PRINTABLE, message = "must not have control characters")
            String name,

            @Schema(
                    description =
                            "As in a change. An account that is made without it sends from verified domains only.",
                    defaultValue = "true")
            Boolean verifiedSendersOnly,

            @Schema(description = "As in a change; none if it is left out.")
            List<String> tags) {}

    /** A request to change an account: members that are left out stay as they are. */
    public record AccountChange(
            AccountStatus status,

            @Schema(
                    description =
                            "Whether reverse-path, From, Sender, Resent-From and Resent-Sender have to be in a domain"
                                    + " that the account has verified. A domain that another account has verified is refused in"
                                    + " any case.")
            Boolean verifiedSendersOnly,

            @Schema(
                    description =
                            "Whether a login that is an address is named in Sender where From names another (RFC 6409"
                                    + " §8.1).")
            Boolean addSender,

            @Schema(
                    description =
                            "How much of TLS its mail needs on its way out: where the remote host has it, always, or"
                                    + " always with a certificate that holds. Mail that can't have it waits, and comes"
                                    + " back.")
            AccountTls tls,

            @Schema(
                    description =
                            "How urgent its mail is where it does not say so itself (MT-PRIORITY, X-Milena-Priority)."
                                    + " Mail of a bulk account is bulk whatever it says.")
            AccountPriority priority,

            @Schema(description = "Both limits at once: one that is left out is lifted.") @Valid
            Limits limits,

            @Schema(description = "Delays and lifetime at once: a member that is left out is as the platform has it.")
            AccountRetry retry,

            @Schema(
                    description =
                            "The values of X-Milena-Tag that its mail may have, all at once: 100 or fewer, each of 1 to"
                                    + " 100 printable ASCII characters. \"*\" stands for every value. A tag selects"
                                    + " routes, pools and orders.",
                    examples = "[\"newsletter\", \"receipts\"]")
            List<String> tags) {
        boolean changesNothing() {
            return Stream.of(status, verifiedSendersOnly, addSender, tls, priority, limits, retry, tags)
                    .allMatch(Objects::isNull);
        }
    }

    /** The limits of an account; a missing number is no limit. */
    public record Limits(
            @Schema(description = "Messages in a day of UTC.", examples = "10000") @PositiveOrZero
            Long messagesPerDay,

            @Schema(description = "Messages in any second.", examples = "20") @Positive
            Integer messagesPerSecond) {}

    /** An account as the API shows it. */
    public record AccountView(
            @Schema(examples = "a7k2mdq5x3vbn4wet") String id,
            @Schema(examples = "Billing") String name,
            AccountStatus status,
            boolean verifiedSendersOnly,
            boolean addSender,
            AccountTls tls,
            AccountPriority priority,
            Limits limits,
            AccountRetry retry,
            List<String> tags) {
        static AccountView of(Account account) {
            return new AccountView(
                    account.id,
                    account.name,
                    account.status,
                    account.verifiedSendersOnly,
                    account.addSender,
                    account.tls,
                    account.priority,
                    new Limits(account.messagesPerDay, account.messagesPerSecond),
                    AccountRetry.of(account),
                    account.tags);
        }
    }

    @POST
    @Transactional
    @Operation(
            summary = "Make an account",
            description = "It is active, and has no credentials yet. Unless it is given other rules, it sends from"
                    + " verified domains only and uses no tag.")
    @APIResponse(
            responseCode = "201",
            description = "The account.",
            content = @Content(schema = @Schema(implementation = AccountView.class)))
    public RestResponse<AccountView> create(@Valid @NotNull NewAccount wanted) {
        var account = Account.create(
                wanted.name().strip(),
                wanted.verifiedSendersOnly() == null || wanted.verifiedSendersOnly(),
                wanted.tags() == null ? List.of() : AccountTags.distinct(wanted.tags()));
        outbox.changed(account);
        return RestResponse.ResponseBuilder.<AccountView>created(URI.create("/v1/accounts/" + account.id))
                .entity(AccountView.of(account))
                .build();
    }

    @GET
    @Operation(summary = "List all accounts", description = "Oldest first.")
    @APIResponse(responseCode = "200", description = "The accounts.")
    public Items<AccountView> list() {
        return new Items<>(Account.oldestFirst().stream().map(AccountView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Read an account")
    @APIResponse(responseCode = "200", description = "The account.")
    public AccountView read(String id) {
        return AccountView.of(required(id));
    }

    @PATCH
    @Path("{id}")
    @Transactional
    @Operation(
            summary = "Change an account: suspend it, make it active again, set its rules and limits",
            description =
                    "A suspended account is refused within a second by every replica of the platform; mail that was"
                            + " accepted before still goes out.")
    @APIResponse(responseCode = "200", description = "The account as it is now.")
    public AccountView change(String id, @Valid @NotNull AccountChange change) {
        var account = Account.byIdLocked(id)
                .orElseThrow(() -> Problem.notFound("account").exception());
        if (change.changesNothing()) {
            throw Problem.invalid("#/status", "there is nothing to change").exception();
        }
        var before = account.published();
        if (change.status() != null) {
            account.status = change.status();
        }
        if (change.verifiedSendersOnly() != null) {
            account.verifiedSendersOnly = change.verifiedSendersOnly();
        }
        if (change.addSender() != null) {
            account.addSender = change.addSender();
        }
        if (change.tls() != null) {
            account.tls = change.tls();
        }
        if (change.priority() != null) {
            account.priority = change.priority();
        }
        if (change.limits() != null) {
            account.messagesPerDay = change.limits().messagesPerDay();
            account.messagesPerSecond = change.limits().messagesPerSecond();
        }
        if (change.retry() != null) {
            change.retry().applyTo(account);
        }
        if (change.tags() != null) {
            account.tags = AccountTags.distinct(change.tags());
        }
        if (!account.published().equals(before)) {
            outbox.changed(account);
        }
        return AccountView.of(account);
    }

    static Account required(String id) {
        return Account.byId(id).orElseThrow(() -> Problem.notFound("account").exception());
    }
}
