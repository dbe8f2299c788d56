package io.milena.delivery.operator.order;

import io.milena.delivery.operator.GivenDomain;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.Selector;
import io.milena.delivery.shaping.Rate;
import io.milena.operator.Problem;
import io.milena.operator.Times;
import io.milena.smtp.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An order in a REST request. A bad member is a problem with its name. */
public record OrderRequest(
        @Schema(description = "suspend, bounce, discard, rebind, rate or tls", examples = "suspend")
        String action,

        @Schema(description = "A queue id.") String message,
        @Schema(description = "An account's id.") String account,
        @Schema(examples = "example.com") String domain,
        @Schema(examples = "google") String site,
        @Schema(description = "What X-Milena-Tag says.") String tag,
        @Schema(description = "An egress source.") String source,

        @Schema(description = "All mail, where nothing else selects.")
        boolean all,

        @Schema(
                description =
                        "For rebind a route's target (HOST:PORT, mx, discard), pool:NAME or source:NAME, for rate a rate (10/min), for tls off or require.")
        String value,

        @Schema(examples = "they asked us to wait") String reason,

        @Schema(description = "How long it holds; none: until it is withdrawn.", examples = "2h")
        String lasting) {
    private static final int LONGEST = 300;

    /** {@code rebinding} throws for a target that mail cannot be rebound to. */
    Order order(String id, String by, Instant now, Consumer<String> rebinding) {
        var what = Arrays.stream(Order.Action.values())
                .filter(one -> one.word().equals(action))
                .findFirst()
                .orElseThrow(() -> invalid("action", "must be one of " + Order.Action.words()));
        var selector = selector();
        if (selector.isEmpty() != all) {
            throw Problem.of(
                            400,
                            "the order is to say which mail it is about: message, account, domain, site, tag, source or all")
                    .exception();
        }
        return new Order(
                id,
                what,
                selector,
                value(what, selector, rebinding),
                checkedReason(),
                by,
                now,
                Optional.ofNullable(lasting).map(OrderRequest::duration).map(now::plus));
    }

    private Selector selector() {
        return new Selector(
                given(message),
                given(account),
                given(domain).map(GivenDomain::of),
                given(site),
                given(tag),
                given(source));
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text).map(String::strip).filter(one -> !one.isEmpty());
    }

    private Optional<String> value(Order.Action what, Selector selector, Consumer<String> rebinding) {
        var given = given(value);
        switch (what) {
            case SUSPEND, BOUNCE, DISCARD -> {
                if (given.isPresent()) {
                    throw invalid("value", "means nothing to " + what.word());
                }
            }
            case REBIND -> {
                var target =
                        given.orElseThrow(() -> invalid("value", "must be a route's target, pool:NAME or source:NAME"));
                checked("value", () -> rebinding.accept(target));
                if (selector.source().isPresent()) {
                    throw invalid("source", "means nothing to rebind: it is what rebind decides");
                }
            }
            case RATE -> {
                checked("value", () -> Rate.parse(given.orElse("")));
                needsSite(what, selector);
            }
            case TLS -> {
                if (given.filter(level -> level.equals("off") || level.equals("require"))
                        .isEmpty()) {
                    throw invalid("value", "must be off or require");
                }
                needsSite(what, selector);
            }
        }
        return given;
    }

    private static void needsSite(Order.Action what, Selector selector) {
        boolean more = selector.message().isPresent()
                || selector.account().isPresent()
                || selector.domain().isPresent()
                || selector.tag().isPresent();
        if (selector.site().isEmpty() || more) {
            throw invalid("site", "must be there for " + what.word() + ", with source or alone");
        }
    }

    private static void checked(String member, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw invalid(member, e.getMessage());
        }
    }

    private String checkedReason() {
        var why = given(reason).orElseThrow(() -> invalid("reason", "must not be blank"));
        if (why.length() > LONGEST) {
            throw invalid("reason", "must have " + LONGEST + " characters at most");
        }
        return SafeText.line(why);
    }

    private static Duration duration(String text) {
        return Times.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(() -> invalid("lasting", "must be a time such as 30m or 2h"));
    }

    private static RuntimeException invalid(String member, String detail) {
        return Problem.invalid("#/" + member, detail).exception();
    }
}
