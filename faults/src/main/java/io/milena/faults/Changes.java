package io.milena.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An administrator who suppresses one address after the other over REST, and notes which changes were promised. No mail
 * goes to these addresses. On a virtual thread.
 */
final class Changes implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(700);
    private static final int LIMIT_MILLIS = 20_000;

    private final String url;
    private final String token;
    private final Ledger ledger;
    private final Thread thread;
    private volatile boolean stopped;

    private Changes(JsonNode credentials, Ledger ledger) {
        this.url = credentials.at("/admin/url").asText();
        this.token = credentials.at("/admin/token").asText();
        this.ledger = ledger;
        this.thread = Thread.ofVirtual().start(this::change);
    }

    static Changes begin(JsonNode credentials, Ledger ledger) {
        return new Changes(credentials, ledger);
    }

    private void change() {
        var account = "";
        for (int number = 1; !stopped; number++) {
            try {
                if (account.isEmpty()) {
                    account = account();
                }
                var address = "s" + number + "@changes.faults.test";
                if (ask("PUT", "/v1/accounts/" + account + "/suppressions/" + address)
                                .getResponseCode()
                        == HttpURLConnection.HTTP_NO_CONTENT) {
                    ledger.promised(address);
                }
            } catch (IOException away) {
                // auth-service is dead or cut off: nothing was promised.
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private String account() throws IOException {
        try (var body = ask("GET", "/v1/accounts").getInputStream()) {
            var json = new ObjectMapper().readTree(body);
            return json.findValue("id").asText();
        }
    }

    private HttpURLConnection ask(String method, String path) throws IOException {
        var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        return connection;
    }

    /** Returns when the last change is promised or refused. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
