package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class MessageCommandTest {
    private static final String ID = "01jdm5e9kq3x7v2b";
    private static final String MESSAGE = """
            {"id":"01jdm5e9kq3x7v2b","acceptedAt":"2026-11-24T11:40:00Z","complete":true,
             "envelope":{"account":"shop","reversePath":"anna@example.com","expiresAt":"2026-11-27T11:40:00Z","priority":0,
              "priorityClass":"normal","size":2150,"smtpUtf8":false,"eightBit":true,"requireTls":true,"tlsOptional":false,
              "envelopeId":"QQ314159","tag":"news","fromDomain":"example.com","signedBy":["example.com"]},
             "recipients":[
              {"recipient":"ben@example.org","state":"delivered","attempts":1,"status":"2.0.0"},
              {"recipient":"eve@example.net","state":"deferred","where":"mail.deferred.5m-0@17","attempts":2,
               "due":"2026-11-24T12:03:00Z","status":"4.3.2"}],
             "waiting":[{"topic":"mail.deferred.5m","partition":0,"offset":17,"since":"2026-11-24T11:58:00Z",
              "recipients":["eve@example.net"],"attempts":2}],
             "headers":"Subject: Hi\\u001b[2J\\nTo: you\\n\\n","headersTruncated":false,
             "history":[
              {"type":"delivered","id":"01jdm5e9kq3x7v2b","recipient":"ben@example.org","at":"2026-11-24T11:40:01Z","attempt":1,
               "status":"2.0.0","reply":"250 2.0.0 Ok","remoteMta":"mx.example.org","remoteAddress":"192.0.2.1",
               "tls":"TLSv1.3 TLS_AES_128_GCM_SHA256","tlsPolicy":"dane"},
              {"type":"deferred","id":"01jdm5e9kq3x7v2b","recipient":"eve@example.net","at":"2026-11-24T11:58:00Z","attempt":2,
               "status":"4.3.2","reply":"later\\u202e"}]}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, "message", arguments);
    }

    @Test
    void aPersonSeesItWhole() throws IOException {
        platform.answers("GET /v1/messages/" + ID, 200, MESSAGE);

        assertThat(run(ID)).isZero();

        assertThat(platform.said().lines())
                .containsExactly(
                        "id         01jdm5e9kq3x7v2b",
                        "accepted   2026-11-24T11:40:00Z (20m ago)",
                        "account    shop",
                        "from       <anna@example.com>",
                        "size       2.1K",
                        "priority   0 (normal)",
                        "expires    2026-11-27T11:40:00Z",
                        "tag        news",
                        "domain     example.com",
                        "signed by  example.com",
                        "ENVID      QQ314159",
                        "also       requireTls, eightBit",
                        "",
                        "RECIPIENT        STATE      ATTEMPTS  NEXT  WHERE",
                        "ben@example.org  delivered         1     -  -",
                        "eve@example.net  deferred          2    3m  mail.deferred.5m-0@17",
                        "",
                        "TIME                  RECIPIENT        OUTCOME    ATTEMPT  STATUS  HOST            ADDRESS    TLS           SOURCE  REPLY",
                        "2026-11-24T11:40:01Z  ben@example.org  delivered        1  2.0.0   mx.example.org  192.0.2.1  TLSv1.3 dane  -       250 2.0.0 Ok",
                        "2026-11-24T11:58:00Z  eve@example.net  deferred         2  4.3.2   -               -          -             -       later\uFFFD",
                        "",
                        "Subject: Hi\uFFFD[2J",
                        "To: you",
                        "(The body is not shown.)");
        assertThat(platform.complained()).isEmpty();
    }

    @Test
    void aDeadLetterAReportAndASearchThatWasCutShortAreSaid() throws IOException {
        platform.answers("GET /v1/messages/" + ID, 200, """
                {"id":"01jdm5e9kq3x7v2b","acceptedAt":"2026-11-24T11:40:00Z","complete":false,"recipients":[],
                 "waiting":[{"topic":"mail.dead-letters","partition":0,"offset":3,"since":"2026-11-24T11:59:00Z","letter":"0-3","reason":"a bug"},
                  {"topic":"mail.failed","partition":0,"offset":9,"since":"2026-11-24T11:59:30Z"}],
                 "history":[]}""");

        assertThat(run(ID)).isZero();

        assertThat(platform.said().lines())
                .contains(
                        "It waits for an operator for 1m as dead letter 0-3: a bug",
                        "A report to its sender waits in mail.failed for 30s.",
                        "It has not been tried.",
                        "No topic keeps a record of it any more: this is what its outcomes tell.");
        assertThat(platform.complained().strip())
                .isEqualTo("milena: the search was cut short: there may be more, and newer, than this");
    }

    @Test
    void headersAloneCanBeHad() throws IOException {
        platform.answers("GET /v1/messages/" + ID, 200, MESSAGE)
                .answers("GET /v1/messages/gone", 200, "{\"id\":\"gone\",\"history\":[]}");

        assertThat(run(ID, "--headers")).isZero();
        assertThat(platform.said().lines()).containsExactly("Subject: Hi\uFFFD[2J", "To: you");

        assertThat(run("gone", "--headers")).isEqualTo(1);
        assertThat(platform.complained().strip())
                .isEqualTo("milena: no topic keeps a record of it any more, so its header section is gone");
    }

    @Test
    void aProgramGetsWhatTheServerSaid() throws IOException {
        platform.answers("GET /v1/messages/" + ID, 200, "{\"id\":\"" + ID + "\"}");

        assertThat(run("--json", ID)).isZero();

        assertThat(platform.said().replaceAll("\\s", "")).isEqualTo("{\"id\":\"" + ID + "\"}");
    }

    @Test
    void whatTheServerRefusesIsSaid() throws IOException {
        platform.answers("GET /v1/messages/x%20y", 400, "{\"detail\":\"that is no queue id\"}");

        assertThat(run("x y")).isEqualTo(1);
        assertThat(platform.complained().strip()).isEqualTo("milena: that is no queue id");
    }

    @Test
    void withoutAnIdItMakesNoSense() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(run(ID, ID)).isEqualTo(2);
        assertThat(platform.complained())
                .contains("Missing required parameter: 'ID'", "milena message", "message takes no '" + ID + "'");
        assertThat(platform.requests).isEmpty();
    }
}
