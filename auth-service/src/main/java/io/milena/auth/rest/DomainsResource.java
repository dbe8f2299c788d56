package io.milena.auth.rest;

import io.milena.auth.dkim.DkimKeyPair;
import io.milena.auth.dkim.DkimKeyReader;
import io.milena.auth.dkim.UnusableKeyException;
import io.milena.auth.domain.DnsRecord;
import io.milena.auth.domain.DomainSettings;
import io.milena.auth.domain.KeyRecord;
import io.milena.auth.domain.PublishedRecords;
import io.milena.auth.domain.TxtLookup;
import io.milena.auth.secret.GeneratedSecret;
import io.milena.auth.store.DkimKey;
import io.milena.auth.store.DomainKeys;
import io.milena.auth.store.Outbox;
import io.milena.auth.store.SendingDomain;
import io.milena.operator.AdminOnly;
import io.milena.operator.Items;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.smtp.DomainName;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;

/** The REST interface of an account's sending domains, with their DKIM keys and the DNS records to publish. */
@Path("/v1/accounts/{account}/domains")
@AdminOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Domains", description = "The domains that an account sends for.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class DomainsResource {
    static final String SELECTOR = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";
    static final String SELECTOR_MESSAGE = "must be labels of lower-case letters, digits and hyphens";
    static final String VERIFIED_BY_ANOTHER = "another account has verified the domain";
    private static final Logger LOG = Logger.getLogger(DomainsResource.class);

    private final DomainSettings settings;
    private final Outbox outbox;
    private final PublishedRecords records;
    private final TxtLookup dns;
    private final DomainKeys stored;

    DomainsResource(
            DomainSettings settings, Outbox outbox, DomainKeys stored, PublishedRecords records, TxtLookup dns) {
        this.settings = settings;
        this.outbox = outbox;
        this.stored = stored;
        this.records = records;
        this.dns = dns;
    }

    /** A request to register a domain. */
    public record NewDomain(
            @Schema(
                    description = "A-labels or U-labels, in any letter case, with or without a final dot.",
                    examples = "example.com")
            String name,

            @Schema(description = "Keys to sign with; where none is given, RSA-2048 and Ed25519 keys are made.")
            @Size(max = 10)
            List<@NotNull @Valid NewKey> dkim) {
        public NewDomain {
            dkim = dkim == null ? List.of() : dkim;
        }
    }

    /** A key that the owner brings. */
    public record NewKey(
            @Schema(examples = "s2026") @NotNull @Size(max = 63) @Pattern(regexp = SELECTOR, message = SELECTOR_MESSAGE)
            String selector,

            @Schema(description = "RSA (1024 to 4096 bits) or Ed25519, in clear: PEM or base64 DER, PKCS#8 or PKCS#1.")
            @NotNull
            @Size(max = 16_384)
            String privateKey) {
        @Override
        public String toString() {
            return "NewKey[selector=" + selector + "]";
        }
    }

    @POST
    @Operation(
            summary = "Register a domain",
            description =
                    "Several accounts may register a domain; 409 domain-of-another once one of them has verified it."
                            + " Publish the records in the answer. Unless milena.domains.verification is off, the domain has to be"
                            + " verified before it can be sent for, and its keys sign once their records were seen.")
    @APIResponse(
            responseCode = "201",
            description = "The domain.",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    public RestResponse<DomainView> register(String account, @Valid @NotNull NewDomain wanted) {
        var name = Optional.ofNullable(wanted.name())
                .flatMap(DomainName::parseEntered)
                .filter(domain -> domain.labels() > 1)
                .orElseThrow(() -> Problem.invalid("#/name", "expected: a domain name of two labels or more")
                        .exception());
        // Before the transaction: making a key takes a while, and must not hold a connection meanwhile.
        var keys = wanted.dkim().isEmpty() ? DkimKeyPair.generate() : read(wanted.dkim());
        var view = QuarkusTransaction.requiringNew().call(() -> {
            AccountsResource.required(account);
            requireNotVerifiedByAnother(account, name.text());
            var domain = SendingDomain.create(
                    name.text(), account, settings.verification().isOff(), GeneratedSecret.verificationToken());
            keys.forEach(
                    key -> stored.create(domain, key, settings.verification().isOff()));
            outbox.added(domain);
            return view(domain);
        });
        return RestResponse.ResponseBuilder.<DomainView>created(
                        URI.create("/v1/accounts/" + account + "/domains/" + name))
                .entity(view)
                .build();
    }

    @GET
    @Transactional
    @Operation(summary = "List an account's domains")
    @APIResponse(responseCode = "200", description = "The domains, by name.")
    public Items<DomainView> list(String account) {
        AccountsResource.required(account);
        return new Items<>(SendingDomain.of(account).stream().map(this::view).toList());
    }

    @GET
    @Path("{name}")
    @Transactional
    @Operation(summary = "Read a domain")
    @APIResponse(responseCode = "200", description = "The domain.")
    public DomainView read(String account, String name) {
        return view(required(account, name));
    }

    @POST
    @Path("{name}/verify")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Verify a domain",
            description =
                    "Looks for the record with purpose verification, if the domain is not verified yet: 409 when it is not there,"
                            + " 503 when DNS does not answer. Then looks for the records of keys that do not sign yet: those that"
                            + " are there sign from now on.")
    @APIResponse(responseCode = "200", description = "The domain is verified; dkim says which keys sign.")
    public DomainView verify(String account, String name) {
        var now = QuarkusTransaction.requiringNew().call(() -> {
            var domain = required(account, name);
            requireNotVerifiedByAnother(account, domain.name);
            return new Unproved(
                    domain, domain.keys().stream().filter(key -> !key.signing).toList());
        });
        if (!now.domain().verified && !settings.verification().isOff()) {
            lookUp(PublishedRecords.verification(now.domain()));
        }
        var seen = now.waiting().stream()
                .filter(key -> settings.verification().isOff() || isPublished(key))
                .toList();
        return QuarkusTransaction.requiringNew().call(() -> {
            var domain = requiredForChange(account, name);
            requireNotVerifiedByAnother(account, domain.name);
            // The keys go first, as when a domain is added.
            if (domain.beginToSign(seen)) {
                outbox.keysChanged(domain);
            }
            if (!domain.verified) {
                domain.verified = true;
                outbox.changed(domain);
            }
            return view(domain);
        });
    }

    private static void requireNotVerifiedByAnother(String account, String name) {
        if (SendingDomain.verifiedByAnother(account, name)) {
            throw Problem.of(Response.Status.CONFLICT, VERIFIED_BY_ANOTHER)
                    .withCode("domain-of-another")
                    .exception();
        }
    }

    /** A domain and the keys whose records DNS is asked for. */
    private record Unproved(SendingDomain domain, List<DkimKey> waiting) {}

    @DELETE
    @Path("{name}")
    @Transactional
    @Operation(summary = "Remove a domain", description = "With its keys: mail from it is no longer signed.")
    @APIResponse(responseCode = "204", description = "It is removed.")
    public void remove(String account, String name) {
        var domain = required(account, name);
        domain.delete();
        outbox.removed(domain);
    }

    private static List<DkimKeyPair> read(List<NewKey> given) {
        var keys = new ArrayList<DkimKeyPair>();
        var selectors = new HashSet<String>();
        for (int i = 0; i < given.size(); i++) {
            var key = given.get(i);
            if (!selectors.add(key.selector())) {
                throw Problem.invalid("#/dkim/" + i + "/selector", "given twice")
                        .exception();
            }
            try {
                keys.add(DkimKeyReader.read(key.selector(), key.privateKey()));
            } catch (UnusableKeyException e) {
                throw Problem.invalid("#/dkim/" + i + "/privateKey", "no usable key: " + e.getMessage())
                        .exception();
            }
        }
        return keys;
    }

    private void lookUp(DnsRecord expected) {
        List<String> found;
        try {
            found = dns.texts(expected.name());
        } catch (IOException e) {
            LOG.infof("a domain cannot be verified: %s", e.getMessage());
            throw Problem.of(Response.Status.SERVICE_UNAVAILABLE, "DNS does not answer for " + expected.name())
                    .withCode("dns-unavailable")
                    .exception();
        }
        if (!found.contains(expected.value())) {
            throw Problem.of(
                            Response.Status.CONFLICT,
                            "no TXT record " + expected.name() + " with the value " + expected.value())
                    .withCode("not-verified")
                    .exception();
        }
    }

    /** A look-up that fails leaves the key waiting: the domain may be verified all the same. */
    private boolean isPublished(DkimKey key) {
        try {
            return KeyRecord.publishes(dns.texts(KeyRecord.name(key)), key);
        } catch (IOException e) {
            LOG.infof("a key does not sign yet: %s", e.getMessage());
            return false;
        }
    }

    static SendingDomain required(String account, String name) {
        AccountsResource.required(account);
        return DomainName.parseEntered(name)
                .flatMap(domain -> SendingDomain.byName(account, domain.text()))
                .orElseThrow(() -> Problem.notFound("domain").exception());
    }

    /**
     * The domain, locked until this transaction ends: its keys are published all together, so no other request may
     * change them meanwhile.
     */
    static SendingDomain requiredForChange(String account, String name) {
        var domain = required(account, name);
        domain.lock();
        return domain;
    }

    private DomainView view(SendingDomain domain) {
        return DomainView.of(domain, records);
    }
}
