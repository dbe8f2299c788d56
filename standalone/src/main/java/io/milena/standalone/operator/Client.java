package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calls the REST interface as the administrator. A refusal becomes a {@link RefusedException} with the server's own
 * sentence. Blocks.
 */
final class Client implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Time limit of a request; the server gives up earlier. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Time limit of a health request, which a healthy process answers at once. */
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);

    private final Endpoint endpoint;
    private final String service;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** For a process that is asked for its health alone, or the one that delivers. */
    Client(Endpoint endpoint) {
        this(endpoint, "delivery");
    }

    Client(Endpoint endpoint, String service) {
        this.endpoint = endpoint;
        this.service = service;
    }

    JsonNode get(String path) {
        return json(send(path, "GET", BodyPublishers.noBody()));
    }

    /** The health of the process, which it answers with 200 when up and with 503 when not. */
    JsonNode health() {
        var request = HttpRequest.newBuilder(URI.create(endpoint.url() + "/q/health"))
                .timeout(HEALTH_LIMIT)
                .build();
        var response = answer(request);
        if (response.statusCode() != 200 && response.statusCode() != 503) {
            throw new RefusedException(sentence(response));
        }
        return json(response.body());
    }

    /** The version of the process and its start time; an empty object if the process does not tell them. */
    JsonNode info() {
        var request = HttpRequest.newBuilder(URI.create(endpoint.url() + "/q/info"))
                .timeout(HEALTH_LIMIT)
                .build();
        var response = answer(request);
        return response.statusCode() == 200 ? json(response.body()) : JSON.createObjectNode();
    }

    byte[] octets(String path) {
        return send(path, "GET", BodyPublishers.noBody());
    }

    void delete(String path) {
        send(path, "DELETE", BodyPublishers.noBody());
    }

    JsonNode post(String path) {
        return json(send(path, "POST", BodyPublishers.noBody()));
    }

    JsonNode post(String path, Map<String, ?> body) {
        return json(send(path, "POST", BodyPublishers.ofByteArray(bytes(body))));
    }

    /** Escapes one segment of a path, or a value, for a URL. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path with those parameters that have a value. */
    static String path(String path, Map<String, String> parameters) {
        var query = new TreeMap<>(parameters)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + escaped(entry.getValue()))
                        .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    private byte[] send(String path, String method, HttpRequest.BodyPublisher body) {
        var request = HttpRequest.newBuilder(URI.create(endpoint.url() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + endpoint.token())
                .header("Milena-Operator", name())
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        var response = answer(request);
        if (response.statusCode() / 100 != 2) {
            throw new RefusedException(sentence(response));
        }
        return response.body();
    }

    private HttpResponse<byte[]> answer(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            endpoint.stopped().ifPresent(sentence -> {
                throw new RefusedException(sentence);
            });
            throw new RefusedException(endpoint.url() + " does not answer: "
                    + (e instanceof ConnectException
                            ? "nothing listens there"
                            : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException("interrupted");
        }
    }

    /** The name of the user of this machine, safe for a header field. */
    private static String name() {
        var name = System.getProperty("user.name", "").replaceAll("[^\\x21-\\x7e]", "");
        return name.isEmpty() ? "unknown" : name;
    }

    /** The detail of a problem document, with its sentences about single fields. */
    private String sentence(HttpResponse<byte[]> response) {
        try {
            var problem = JSON.readTree(response.body());
            var text = new StringBuilder(problem.path("detail").asText(""));
            problem.path("errors")
                    .forEach(error -> text.append("; ")
                            .append(error.path("pointer").asText().replace("#/", ""))
                            .append(' ')
                            .append(error.path("detail").asText()));
            if (!text.isEmpty()) {
                return text.toString();
            }
        } catch (IOException e) {
            // The body is no problem document.
        }
        return endpoint.url() + " answered " + response.statusCode() + ". Is this a Milena, and its " + service
                + "-service?";
    }

    private JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new RefusedException(endpoint.url() + " answered something that is no JSON. Is this a Milena?");
        }
    }

    private static byte[] bytes(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
