package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /inbox/api} as {@code docs/inbox.md} describes it. */
class InboxTest {
    static final String CONFIRM = """
            Received: from app ([127.0.0.1])
            \tby localhost with ESMTPSA (TLSv1.3 TLS_AES_256_GCM_SHA384) id 1m862bw14q0ptpbs PRIORITY 3;
            \tMon, 30 Nov 2026 18:00:00 +0000
            From: Shop <app@shop.example>
            Subject: Confirm your address
            MIME-Version: 1.0
            Content-Type: multipart/related; boundary=all

            --all
            Content-Type: text/html; charset=utf-8

            <head><title>Not shown</title><style>p { color: red }</style></head>
            <p>Gr&uuml;&#xdf;e &amp; welcome.</p><a class=button href="https://shop.example/confirm?a=1&amp;b=2">Confirm</a>
            <img src="cid:logo@shop"><script>document.title = 'broken'</script>
            --all
            Content-Type: image/png
            Content-ID: <logo@shop>
            Content-Transfer-Encoding: base64

            iVBORw0KGgo=
            --all
            Content-Type: application/pdf
            Content-Disposition: attachment; filename=terms.pdf

            %PDF
            --all--
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningInbox inbox;

    @BeforeEach
    void start(@TempDir Path directory) {
        inbox = new RunningInbox(directory);
    }

    @AfterEach
    void stop() {
        inbox.close();
        http.close();
    }

    @Test
    void theFirstAddressLeadsToTheInbox() throws Exception {
        var answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).contains("/inbox");
        assertThat(get("/inbox").statusCode()).isEqualTo(200);
    }

    @Test
    void aMessageTellsItsLinksItsQueueIdAndItsAttachments() throws Exception {
        var message = json("/inbox/api/messages/" + inbox.keep("ben@example.org", CONFIRM));

        assertThat(message.at("/recipients/0").asText()).isEqualTo("ben@example.org");
        assertThat(message.at("/queueId").asText()).isEqualTo("1m862bw14q0ptpbs");
        assertThat(message.at("/links")).hasSize(1);
        assertThat(message.at("/links/0").asText()).isEqualTo("https://shop.example/confirm?a=1&b=2");
        assertThat(message.at("/attachments/0/inline").asBoolean()).isTrue();
        assertThat(message.at("/attachments/0/contentId").asText()).isEqualTo("logo@shop");
        assertThat(message.at("/attachments/1/inline").asBoolean()).isFalse();
        assertThat(message.at("/attachments/1/name").asText()).isEqualTo("terms.pdf");
    }

    @Test
    void mailOfHtmlAloneHasAPreview() throws Exception {
        inbox.keep("ben@example.org", CONFIRM);

        var message = json("/inbox/api/messages").at("/messages/0");
        assertThat(message.at("/preview").asText()).isEqualTo("Grüße & welcome. Confirm");
        assertThat(message.at("/attachments").asInt()).isEqualTo(1);
    }

    @Test
    void theFrameShowsImagesThatComeAlongAndOpensLinksElsewhere() throws Exception {
        var answer = get("/inbox/api/messages/" + inbox.keep("ben@example.org", CONFIRM) + "/html");

        assertThat(answer.body())
                .contains("src=\"data:image/png;base64,iVBORw0KGgo=\"")
                .contains("<a target=_blank rel=noopener  class=button href=");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
                .doesNotContain("script");
    }

    @Test
    void aMessageIsSavedAndDeletedAlone() throws Exception {
        long kept = inbox.keep("ben@example.org", "Subject: kept\n\nText.\n");
        long other = inbox.keep("ben@example.org", "Subject: other\n\nText.\n");

        var saved = get("/inbox/api/messages/" + kept + "/eml");
        assertThat(saved.headers().firstValue("Content-Type")).contains("message/rfc822");
        assertThat(saved.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"milena-" + kept + ".eml\"");
        assertThat(saved.body()).endsWith("Subject: kept\r\n\r\nText.\r\n");
        assertThat(delete("/inbox/api/messages/" + other)).isEqualTo(204);
        assertThat(delete("/inbox/api/messages/" + other)).isEqualTo(404);
        assertThat(get("/inbox/api/messages/" + other).statusCode()).isEqualTo(404);
        assertThat(json("/inbox/api/messages").at("/messages/0/id").asLong()).isEqualTo(kept);
        assertThat(delete("/inbox/api/messages")).isEqualTo(204);
        assertThat(json("/inbox/api/messages").at("/messages")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "to=BEN@example.org, 1",
        "to=en@example.org, 0",
        "from=app@shop.example, 2",
        "subject=your+addr, 1",
        "q=welcome, 1",
        "q=GRÜSSE, 0",
        "q=Grüße+shop, 1",
        "q=carla, 1",
        "q=red, 0",
        "q=lowest, 1",
        "after=1, 1",
        "to=ben@example.org&q=lowest, 0"
    })
    void conditionsFindMessages(String conditions, int found) throws Exception {
        inbox.keep("ben@example.org", CONFIRM);
        inbox.keep("carla@example.org", "Subject: Offers\n\nThe lowest prices.\n");

        assertThat(json("/inbox/api/messages?"
                                + conditions
                                        .replace("ü", "%C3%BC")
                                        .replace("Ü", "%C3%9C")
                                        .replace("ß", "%C3%9F"))
                        .at("/messages"))
                .hasSize(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"subjct=x", "wait=soon", "wait=6m", "after=x"})
    void aConditionThatIsNoneIsRefused(String conditions) throws Exception {
        assertThat(get("/inbox/api/messages?" + conditions).statusCode()).isEqualTo(400);
    }

    @Test
    void aRequestWaitsForTheMessageThatItAsksFor() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(inbox.url("/inbox/api/messages?to=ben@example.org&wait=2m")))
                .build();
        var waiting = http.sendAsync(request, BodyHandlers.ofString());
        inbox.keep("carla@example.org", "Subject: for another\n\n");
        inbox.keep("ben@example.org", "Subject: for Ben\n\n");

        var found = new ObjectMapper().readTree(waiting.get().body()).at("/messages");
        assertThat(found).hasSize(1);
        assertThat(found.at("/0/subject").asText()).isEqualTo("for Ben");
    }

    @Test
    void aRequestThatWaitedForNothingGetsAnEmptyList() throws Exception {
        assertThat(json("/inbox/api/messages?to=nobody@example.org&wait=1s").at("/messages"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:8080, 200",
        "127.0.0.1:8080, 200",
        "[::1]:8080, 200",
        "mail.corp.example, 200",
        "rebound.attacker.example:8080, 421",
        "127.0.0.1.attacker.example, 421",
        "localhost.attacker.example, 421"
    })
    void onlyNamesOfThisMachineAreAnswered(String host, int status) throws IOException {
        inbox.keep("ben@example.org", CONFIRM);

        assertThat(statusOf("/inbox/api/messages", host)).isEqualTo(status);
        assertThat(statusOf("/inbox", host)).isEqualTo(status);
        assertThat(statusOf("/inbox/api/messages/1/source", host)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, http://localhost:8080, 204",
        "localhost, https://localhost, 204",
        "[::1]:8080, http://[::1]:8080, 204",
        "localhost:8080, http://attacker.example, 403",
        "localhost:8080, http://attacker.example:8080, 403",
        "localhost:8080, http://localhost:3000, 403",
        "localhost:8080, http://localhost:8080@attacker.example, 403",
        "localhost:8080, null, 403",
        "attacker.example:8080, http://attacker.example:8080, 421"
    })
    void onlyItsOwnPageChangesTheInbox(String host, String origin, int status) throws IOException {
        inbox.keep("ben@example.org", CONFIRM);

        var request = "DELETE /inbox/api/messages HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nConnection: close\r\n\r\n";
        assertThat(statusOf(request.formatted(host, origin))).isEqualTo(status);
        assertThat(inbox.postbox.list().messages()).hasSize(status == 204 ? 0 : 1);
    }

    private int statusOf(String path, String host) throws IOException {
        return statusOf("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host));
    }

    /** A request over a plain socket, since Java's client does not let a Host field be set. */
    private int statusOf(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", inbox.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return Integer.parseInt(answer.readLine().substring(9, 12));
        }
    }

    private JsonNode json(String path) throws Exception {
        var answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(inbox.url(path))).build(), BodyHandlers.ofString());
    }

    private int delete(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(inbox.url(path)))
                                .DELETE()
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
