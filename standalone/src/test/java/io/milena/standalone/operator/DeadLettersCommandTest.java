package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLettersCommandTest {
    private static final String PAGE = """
            {"items":[
              {"id":"0-3","time":"2026-11-24T11:57:00Z","topic":"mail.outbound","reason":"no header envelope","size":7},
              {"id":"0-17","time":"2026-11-24T11:59:30Z","topic":"mail.deferred.1m","reason":"bug\\u001b[31m","size":2150,
               "envelope":{"id":"01jdm5e9kq3x7v2b","account":"a1","reversePath":"","recipients":2}}],
             "next":"0-18"}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, "dead-letters", arguments);
    }

    @Test
    void aListIsATable() throws IOException {
        platform.answers("GET /v1/dead-letters", 200, PAGE);

        assertThat(run()).isZero();

        assertThat(platform.said().lines())
                .containsExactly(
                        "ID    AGE  TOPIC             SIZE  MAIL              FROM  TO  REASON",
                        "0-3    3m  mail.outbound        7  -                 -      -  no header envelope",
                        "0-17  30s  mail.deferred.1m  2.1K  01jdm5e9kq3x7v2b  <>     2  bug\uFFFD[31m",
                        "There may be more: --after 0-18");
        assertThat(platform.tokens).containsExactly("Bearer a-token");
    }

    @Test
    void aProgramGetsWhatTheServerSaid() throws IOException {
        platform.answers("GET /v1/dead-letters?after=0-18&limit=5&reason=a%20b%26&topic=t", 200, "{\"items\":[]}");

        assertThat(run("list", "--json", "--limit", "5", "--topic", "t", "--matching", "a b&", "--after", "0-18"))
                .isZero();

        assertThat(platform.said().replaceAll("\\s", "")).isEqualTo("{\"items\":[]}");
    }

    @Test
    void oneIsShownWithItsHeaders() throws IOException {
        platform.answers("GET /v1/dead-letters/0-3", 200, """
                {"id":"0-3","time":"2026-11-24T11:57:00Z","topic":"mail.outbound","partition":1,"offset":9,
                 "reason":"no header envelope","size":9000,"key":"example.com",
                 "headers":[{"name":"trace","text":"x"}],"text":"Subject: Hi\\n\\nText","truncated":true,
                 "dealtWith":{"action":"discarded","by":"anna","at":"2026-11-24T11:58:00Z","reason":"spam"}}""");

        assertThat(run("show", "0-3")).isZero();

        assertThat(platform.said().lines())
                .contains(
                        "read at    mail.outbound-1@9",
                        "discarded  by anna at 2026-11-24T11:58:00Z: spam",
                        "header trace x",
                        "Subject: Hi",
                        "It goes on: --raw writes all of it.");
    }

    @Test
    void rawIsOctetForOctet() throws IOException {
        platform.answers("GET /v1/dead-letters/0-3?raw=true", 200, "\u001b[2J\r\n");

        assertThat(run("show", "0-3", "--raw")).isZero();

        assertThat(platform.said()).isEqualTo("\u001b[2J\r\n");
    }

    @Test
    void theServersSentenceIsTold() throws IOException {
        platform.answers("POST /v1/dead-letters/0-3/replay", 200, "{\"action\":\"replayed\"}")
                .answers("POST /v1/dead-letters/0-4/replay", 409, "{\"detail\":\"it was discarded by anna\"}");

        assertThat(run("replay", "0-3", "0-4")).isEqualTo(1);

        assertThat(platform.said().lines()).containsExactly("0-3 is replayed");
        assertThat(platform.complained().lines()).containsExactly("milena: 0-4: it was discarded by anna");
    }

    @Test
    void severalAreDiscardedWithAReason() throws IOException {
        platform.answers(
                "POST /v1/dead-letters/discard?topic=mail.outbound",
                200,
                "{\"done\":[\"0-1\",\"0-2\"],\"left\":[],\"more\":true}");

        assertThat(run("discard", "--topic", "mail.outbound", "--reason", "a test"))
                .isZero();

        assertThat(platform.requests)
                .containsExactly("POST /v1/dead-letters/discard?topic=mail.outbound {\"reason\":\"a test\"}");
        assertThat(platform.said().lines())
                .containsExactly("0-1 is discarded", "0-2 is discarded", "There are more: run it again for those.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list --lately | unknown option '--lately'",
                "list --limit | Missing required parameter for option '--limit' (N)",
                "list 0-1 | list takes no '0-1'",
                "list --raw | unknown option '--raw'",
                "list --reason x | unknown option '--reason'",
                "show | Missing required parameter: 'ID'",
                "show 0-1 0-2 | show takes no '0-2'",
                "replay | which letters: their ids, or --topic TOPIC and --matching TEXT",
                "replay 0-1 --topic x | which letters: their ids, or --topic TOPIC and --matching TEXT",
                "discard 0-1 | Missing required option: '--reason=TEXT'",
                "burn | dead-letters: unknown action 'burn' (expected: list, show, replay, discard)",
                "--topic x replay 0-1 | --topic must stand behind replay",
                "list --url ftp://x | ftp://x is no URL (expected: http://HOST:PORT or https://HOST)",
            })
    void nonsenseIsASentenceAndTwo(String line, String sentence) throws IOException {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(platform.complained()).startsWith("milena: " + sentence + System.lineSeparator());
        assertThat(platform.requests).isEmpty();
    }

    @Test
    void aPlatformOnThisMachineIsFoundByItsDataDirectory() throws IOException {
        platform.answers("GET /v1/dead-letters", 200, "{\"items\":[]}");
        var run = Files.createDirectories(dir.resolve("data/run"));
        var token = Files.writeString(dir.resolve("admin-token"), "mt_local\n");
        var whole = Files.writeString(
                run.resolve("standalone.properties"),
                "quarkus.http.port=1\nmilena.bootstrap.admin-token-file=" + token + "\n");
        var part = Files.writeString(
                run.resolve("delivery.properties"),
                "quarkus.http.host=0.0.0.0\nquarkus.http.port=" + platform.port()
                        + "\nmilena.bootstrap.admin-token-file=" + token + "\n");
        // The platform was last started split.
        Files.setLastModifiedTime(whole, FileTime.fromMillis(1_000));
        Files.setLastModifiedTime(part, FileTime.fromMillis(2_000));
        var data = dir.resolve("data").toString();

        // The environment may name another platform.
        assertThat(platform.run(Map.of("MILENA_URL", "http://192.0.2.1"), "dead-letters", "--data", data))
                .isZero();

        assertThat(platform.said().strip()).isEqualTo("There are no dead letters.");
        assertThat(platform.tokens).containsExactly("Bearer mt_local");
    }

    @Test
    void aPlatformElsewhereGetsNoTokenOfADataDirectory() throws IOException {
        Files.createDirectories(dir.resolve("data/run"));

        assertThat(platform.run(
                        Map.of(),
                        "dead-letters",
                        "--url",
                        platform.url(),
                        "--data",
                        dir.resolve("data").toString()))
                .isEqualTo(2);

        assertThat(platform.requests).isEmpty();
    }

    @Test
    void anotherServiceIsASentence() throws IOException {
        platform.answers("GET /v1/dead-letters", 404, "{\"title\":\"Not Found\",\"status\":404}");

        assertThat(run()).isEqualTo(1);

        assertThat(platform.complained().strip())
                .isEqualTo("milena: " + platform.url() + " answered 404. Is this a Milena, and its delivery-service?");
    }

    @Test
    void nobodyThereIsASentence() throws IOException {
        platform.close();

        assertThat(run("list")).isEqualTo(1);
        assertThat(platform.complained()).startsWith("milena: " + platform.url() + " does not answer: ");

        assertThat(platform.run(Map.of(), "dead-letters", "--data", dir.toString()))
                .isEqualTo(1);
        assertThat(platform.complained()).contains("no platform has been started on " + dir);
    }
}
