package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.standalone.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code send}: sends a test message by SMTP with the credentials of the data directory, then prints its outcome. The
 * exit code is 0 if all recipients got it.
 */
@CommandLine.Command(
        name = "send",
        description = "Send a test message by SMTP with the stored credentials, and show its outcome.")
final class SendCommand implements Command {
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Set<String> SETTLED =
            Set.of("delivered", "bounced", "expired", "dropped", "cancelled", "dead-letter", "read");

    @Option(names = "--to", paramLabel = "ADDRESS", required = true, description = "A recipient; may be given again.")
    private List<String> to = new ArrayList<>();

    @Option(names = "--from", paramLabel = "ADDRESS", description = "The sender (default: anna@example.com).")
    private String from = "anna@example.com";

    @Option(names = "--subject", paramLabel = "TEXT", description = "The subject.")
    private String subject = "A test message";

    @Option(names = "--body", paramLabel = "TEXT", description = "The text.")
    private String body = "Sent by 'milena send'.";

    @Option(names = "--attach", paramLabel = "FILE", description = "A file to attach; may be given again.")
    private List<Path> attachments = new ArrayList<>();

    @Option(names = "--wait", paramLabel = "SECONDS", description = "How long to wait for its outcome (default: 30).")
    private int wait = 30;

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Override
    public int run(Console console, Map<String, String> environment) {
        var data = Endpoint.directory(platform, environment)
                .orElseThrow(
                        () -> new UsageException(
                                "send needs the data directory of a platform on this machine (--data DIR): its credentials are there"));
        for (var file : attachments) {
            if (!Files.isReadable(file)) {
                throw new UsageException("the file " + file + " cannot be read");
            }
        }
        var endpoint = Endpoint.of(platform, "delivery", environment);
        var id = new TestMail(from, to, subject, body, attachments).submit(submission(data));
        if (!platform.json) {
            console.say("queued as " + id);
        }
        try (var client = new Client(endpoint)) {
            return show(outcome(client, id), id, console);
        }
    }

    private TestMail.Submission submission(Path root) {
        var data = new DataDirectory(root);
        JsonNode smtp;
        try {
            smtp = new ObjectMapper().readTree(data.credentials().toFile()).path("smtp");
        } catch (IOException e) {
            throw new RefusedException("the file " + data.credentials() + " cannot be read: " + e.getMessage());
        }
        if (!smtp.path("submissionPort").isInt()) {
            throw new RefusedException("the platform has no SMTP port with STARTTLS (milena.smtp.ports)");
        }
        var configured = Endpoint.settingsOf(platform, "ingest")
                .map(settings -> settings.getProperty("milena.tls.certificate", ""))
                .filter(file -> !file.isBlank())
                .map(Path::of);
        var selfSigned = Optional.of(data.tls().resolve("cert.pem")).filter(Files::exists);
        return new TestMail.Submission(
                smtp.path("host").asText(),
                smtp.path("submissionPort").asInt(),
                smtp.path("username").asText(),
                smtp.path("password").asText(),
                configured.or(() -> selfSigned));
    }

    /** Polls until all recipients are settled or the time is over; empty if the message was not found by then. */
    private Optional<JsonNode> outcome(Client client, String id) {
        long end = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        Optional<JsonNode> message = Optional.empty();
        while (true) {
            try {
                message = Optional.of(client.get("/v1/messages/" + Client.escaped(id)));
                if (isSettled(message.get())) {
                    return message;
                }
            } catch (RefusedException e) {
                // The server is busy with another search, or the topics do not show the message yet.
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            if (System.nanoTime() > end) {
                return message;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(AGAIN.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return message;
            }
        }
    }

    private int show(Optional<JsonNode> found, String id, Console console) {
        if (found.isEmpty()) {
            console.complain("nothing is known of " + id + " yet: milena message " + id);
            return 1;
        }
        var message = found.get();
        if (platform.json) {
            console.print(message);
        } else {
            MessageText.printOutcome(message, console);
            if (!isSettled(message)) {
                console.say(
                        "It is not settled after %d s: milena message %s shows how it goes on.".formatted(wait, id));
            }
        }
        return states(message).stream().allMatch("delivered"::equals) ? 0 : 1;
    }

    private static boolean isSettled(JsonNode message) {
        var states = states(message);
        return !states.isEmpty() && SETTLED.containsAll(states);
    }

    private static List<String> states(JsonNode message) {
        return StreamSupport.stream(message.path("recipients").spliterator(), false)
                .map(recipient -> recipient.path("state").asText())
                .toList();
    }
}
