package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FlushCommandTest {
    private static final String GIVEN = """
            {"id":"01jdm5e9kq3x7v2b","mail":"domain=example.com","by":"anna","at":"2026-11-24T12:00:00Z"}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, "flush", arguments);
    }

    @Test
    void aDomainIsFlushed() throws IOException {
        platform.answers("POST /v1/flushes", 202, GIVEN);

        assertThat(run("example.com")).isZero();

        assertThat(platform.requests).containsExactly("POST /v1/flushes {\"domain\":\"example.com\"}");
        assertThat(platform.said())
                .isEqualTo("Mail that waits with domain=example.com is tried now (flush 01jdm5e9kq3x7v2b).\n");
    }

    @Test
    void eachSelectorAndTheReasonGoToTheServer() throws IOException {
        platform.answers("POST /v1/flushes", 202, GIVEN);

        for (var name : List.of("account", "message", "tag", "site")) {
            assertThat(run("--" + name, "x", "--reason", "it is mended", "--json"))
                    .isZero();
            assertThat(platform.requests.getLast())
                    .contains("\"" + name + "\":\"x\"", "\"reason\":\"it is mended\"")
                    .doesNotContain("domain");
        }
    }

    @Test
    void withoutASelectorItMakesNoSense() throws IOException {
        assertThat(run("--reason", "x")).isEqualTo(2);
        assertThat(platform.complained()).contains("which mail: a domain, --account", "milena flush");
        assertThat(run("one.example", "two.example")).isEqualTo(2);
        assertThat(run("one.example", "--domain", "two.example")).isEqualTo(2);
        assertThat(platform.requests).isEmpty();
    }

    @Test
    void whatTheServerRefusesIsSaid() throws IOException {
        platform.answers("POST /v1/flushes", 400, """
                {"detail":"the body has errors","errors":[{"pointer":"#/domain","detail":"must be a domain name"}]}""");

        assertThat(run("no domain")).isEqualTo(1);

        assertThat(platform.complained()).contains("domain must be a domain name");
    }
}
