package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Replicas of this, older and newer versions read each other's accounts. */
class DirectoryTest {
    @Test
    void anAccountOfAVersionBeforeHasNoRetriesOfItsOwn() {
        var account = read("{\"id\":\"a1\",\"name\":\"Billing\",\"status\":\"active\",\"priority\":\"bulk\"}");

        assertThat(account.retryDelays()).isEmpty();
        assertThat(account.queueLifetime()).isEmpty();
        assertThat(account.priority()).contains("bulk");
        assertThat(account.mayUseTag("news")).isFalse();
    }

    @Test
    void anAccountMayUseItsTagsOrAny() {
        var json = "{\"id\":\"a1\",\"name\":\"Billing\",\"status\":\"active\",\"tags\":[\"news\"]}";

        assertThat(read(json).mayUseTag("news")).isTrue();
        assertThat(read(json).mayUseTag("News")).isFalse();
        assertThat(read(json).mayUseTag("*")).isFalse();
        assertThat(read(json.replace("news", "*")).mayUseTag("vip")).isTrue();
    }

    @Test
    void whatIsWrittenCanBeReadWhateverALaterVersionAdds() {
        var account = new Directory.Account(
                "a1",
                "Billing",
                "active",
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(Duration.ofSeconds(30), Duration.ofMinutes(90)),
                Optional.of(Duration.ofHours(24)),
                List.of("news"));
        var json = new String(Json.write(account), StandardCharsets.UTF_8);

        assertThat(json).contains("\"retryDelays\":[\"PT30S\",\"PT1H30M\"]").contains("\"queueLifetime\":\"PT24H\"");
        assertThat(read(json)).isEqualTo(account);
        assertThat(read(json.replaceFirst("\\{", "{\"later\":{},"))).isEqualTo(account);
    }

    private static Directory.Account read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Directory.Account.class);
    }
}
