package io.milena.standalone.postbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
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
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page at {@code /inbox} and the JSON that it reads. Mail is hostile: the page puts it in as text only, HTML mail goes to a
 * sandboxed frame, and the content security policy allows the page's own script and nothing from anywhere else.
 */
public final class Inbox {
    private static final String PAGE = read("/inbox.html");
    private static final String POLICY = "default-src 'none'; script-src '" + hashOfScript() + "'; "
            + "style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private final Postbox postbox;
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    public Inbox(Postbox postbox) {
        this.postbox = postbox;
    }

    public void mount(Router router) {
        router.get("/inbox")
                .handler(context -> secure(context, "text/html; charset=utf-8").end(PAGE));
        router.get("/inbox/api/messages").blockingHandler(this::list, false);
        router.delete("/inbox/api/messages").blockingHandler(this::clear, false);
        router.get("/inbox/api/messages/:id").blockingHandler(this::view, false);
        router.get("/inbox/api/messages/:id/source").blockingHandler(this::source, false);
        router.get("/inbox/api/messages/:id/parts/:part").blockingHandler(this::part, false);
    }

    private void list(RoutingContext context) {
        var listing = postbox.list();
        var tag = "\"" + listing.version() + "\"";
        if (tag.equals(context.request().getHeader("If-None-Match"))) {
            context.response().setStatusCode(304).end();
            return;
        }
        answer(context, "application/json", bytes(listing), tag);
    }

    private void view(RoutingContext context) {
        byte[] content = content(context);
        if (content != null) {
            answer(context, "application/json", bytes(MailView.of(content)), null);
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

    /** The bytes of the message that the path names, or null when 404 has been answered. */
    private byte[] content(RoutingContext context) {
        var id = context.pathParam("id");
        var file = id.matches("\\d{1,12}") ? postbox.find(Long.parseLong(id)).orElse(null) : null;
        byte[] content = file == null ? null : readIfThere(file);
        if (content == null) {
            secure(context, "text/plain; charset=utf-8").setStatusCode(404).end("No such message.\n");
        }
        return content;
    }

    private static byte[] readIfThere(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            // Others arrived and pushed it out meanwhile.
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
