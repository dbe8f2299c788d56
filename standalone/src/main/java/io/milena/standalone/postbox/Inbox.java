package io.milena.standalone.postbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.milena.standalone.postbox.Postbox.Listing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page at {@code /inbox} and the JSON that the page and tests read ({@code docs/inbox.md}). Mail is hostile: the
 * page inserts it as text only, HTML mail goes to a sandboxed frame, and the content security policy allows only the
 * page's own script and no external content.
 */
public final class Inbox {
    private static final String PAGE = read("/inbox.html");
    private static final String POLICY = "default-src 'none'; script-src '" + hashOfScript() + "'; "
            + "style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private static final Set<String> CONDITIONS = Set.of("to", "from", "subject", "q", "after", "wait");
    private static final Pattern ID = Pattern.compile("\\d{1,12}");
    private static final Pattern WAIT = Pattern.compile("(\\d{1,3})(s|m)");
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Postbox postbox;
    private final OwnHosts hosts;
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** @param names further names by which browsers may address this machine, beside localhost */
    public Inbox(Postbox postbox, Collection<String> names) {
        this.postbox = postbox;
        this.hosts = new OwnHosts(names);
    }

    public void mount(Router router) {
        router.get("/")
                .handler(context -> context.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/inbox")
                        .end());
        router.route("/inbox*").handler(hosts::check);
        router.get("/inbox")
                .handler(context -> secure(context, "text/html; charset=utf-8")
                        // A page opened by a link must not control this one.
                        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                        .end(PAGE));
        router.get("/inbox/api/messages").blockingHandler(this::list, false);
        router.delete("/inbox/api/messages").blockingHandler(this::clear, false);
        router.get("/inbox/api/messages/:id").blockingHandler(this::view, false);
        router.delete("/inbox/api/messages/:id").blockingHandler(this::delete, false);
        router.get("/inbox/api/messages/:id/html").blockingHandler(this::html, false);
        router.get("/inbox/api/messages/:id/source").blockingHandler(this::source, false);
        router.get("/inbox/api/messages/:id/eml").blockingHandler(this::eml, false);
        router.get("/inbox/api/messages/:id/parts/:part").blockingHandler(this::part, false);
    }

    private void list(RoutingContext context) {
        Query query;
        Duration wait;
        try {
            query = query(context);
            wait = waiting(context.queryParams().get("wait"));
        } catch (IllegalArgumentException e) {
            refuse(context, 400, e.getMessage());
            return;
        }
        if (wait.isPositive()) {
            if (!LongPoll.begin(postbox, query, wait, context, found -> answer(context, found))) {
                refuse(context, 503, "too many requests wait");
            }
            return;
        }
        var listing = postbox.list(query);
        if (tag(listing).equals(context.request().getHeader("If-None-Match"))) {
            context.response().setStatusCode(304).end();
        } else {
            answer(context, listing);
        }
    }

    private static Query query(RoutingContext context) {
        var given = context.queryParams();
        for (var name : given.names()) {
            if (!CONDITIONS.contains(name)) {
                throw new IllegalArgumentException(
                        name + " is not a condition (expected: to, from, subject, q, after, wait)");
            }
        }
        var after = Optional.ofNullable(given.get("after")).orElse("0");
        if (!ID.matcher(after).matches()) {
            throw new IllegalArgumentException("after: expected the id of a message");
        }
        return Query.of(
                Optional.ofNullable(given.get("to")),
                Optional.ofNullable(given.get("from")),
                Optional.ofNullable(given.get("subject")),
                Optional.ofNullable(given.get("q")).orElse(""),
                Long.parseLong(after));
    }

    private static Duration waiting(String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        Matcher wait = WAIT.matcher(text);
        if (wait.matches()) {
            long number = Long.parseLong(wait.group(1));
            var duration = wait.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMinutes(number);
            if (duration.compareTo(LONGEST_WAIT) <= 0) {
                return duration;
            }
        }
        throw new IllegalArgumentException("wait: expected seconds or minutes, such as 30s, at most 5m");
    }

    private void answer(RoutingContext context, Listing listing) {
        // The client may have left meanwhile.
        if (!context.response().ended() && !context.response().closed()) {
            answer(context, "application/json", bytes(listing), tag(listing));
        }
    }

    private static String tag(Listing listing) {
        return "\"" + listing.version() + "\"";
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        secure(context, "text/plain; charset=utf-8").setStatusCode(status).end(reason + "\n");
    }

    private void view(RoutingContext context) {
        var summary = id(context).flatMap(postbox::summary);
        byte[] content = content(context);
        if (content != null && summary.isPresent()) {
            answer(context, "application/json", bytes(Message.of(summary.get(), content)), null);
        }
    }

    private void html(RoutingContext context) {
        byte[] content = content(context);
        if (content != null) {
            secure(context, "text/html; charset=utf-8")
                    .putHeader("Content-Security-Policy", FramedHtml.POLICY)
                    .end(MailView.framed(content));
        }
    }

    private void eml(RoutingContext context) {
        byte[] content = content(context);
        if (content != null) {
            context.response()
                    .putHeader(
                            "Content-Disposition",
                            "attachment; filename=\"milena-%s.eml\"".formatted(context.pathParam("id")));
            answer(context, "message/rfc822", content, null);
        }
    }

    private void delete(RoutingContext context) {
        if (id(context).map(postbox::delete).orElse(false)) {
            context.response().setStatusCode(204).end();
        } else {
            refuse(context, 404, "No such message.");
        }
    }

    private void source(RoutingContext context) {
        byte[] content = content(context);
        if (content != null) {
            answer(context, "text/plain; charset=utf-8", content, null);
        }
    }

    private void part(RoutingContext context) {
        byte[] content = content(context);
        if (content == null) {
            return;
        }
        var part = context.pathParam("part");
        byte[] bytes = part.matches("\\d{1,4}") ? MailView.attachment(content, Integer.parseInt(part)) : new byte[0];
        context.response().putHeader("Content-Disposition", "attachment");
        answer(context, "application/octet-stream", bytes, null);
    }

    private void clear(RoutingContext context) {
        postbox.clear();
        context.response().setStatusCode(204).end();
    }

    private static Optional<Long> id(RoutingContext context) {
        return Optional.of(context.pathParam("id"))
                .filter(id -> ID.matcher(id).matches())
                .map(Long::valueOf);
    }

    /** The bytes of the message in the path, or null after a 404 was answered. */
    private byte[] content(RoutingContext context) {
        byte[] content =
                id(context).flatMap(postbox::find).map(Inbox::readIfThere).orElse(null);
        if (content == null) {
            refuse(context, 404, "No such message.");
        }
        return content;
    }

    private static byte[] readIfThere(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            // Newer messages have pushed it out meanwhile.
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] bytes(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(RoutingContext context, String type, byte[] content, String tag) {
        var response = secure(context, type);
        if (tag != null) {
            response.putHeader("ETag", tag);
        }
        response.end(Buffer.buffer(content));
    }

    private static HttpServerResponse secure(RoutingContext context, String type) {
        return context.response()
                .putHeader("Content-Type", type)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
    }

    private static String hashOfScript() {
        Matcher script =
                Pattern.compile("<script>(.*)</script>", Pattern.DOTALL).matcher(PAGE);
        if (!script.find()) {
            throw new IllegalStateException("inbox.html has no script");
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(String resource) {
        try (var input = Inbox.class.getResourceAsStream(resource)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
