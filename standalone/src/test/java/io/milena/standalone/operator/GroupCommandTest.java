package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class GroupCommandTest {
    private static final String GROUPS = """
            {"groups":[{"group":"milena-bounce","partitions":[
            {"topic":"mail.failed","partition":0,"first":12,"end":40,"state":"GONE"}]},
            {"group":"milena-delivery","partitions":[
            {"topic":"mail.outbound","partition":0,"first":3,"end":90,"settled":88,"state":"READ"}]}]}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, "group", arguments);
    }

    @Test
    void groupsAreListedAndOneThatWaitsIsPointedOut() throws IOException {
        platform.answers("GET /v1/groups", 200, GROUPS);

        assertThat(run()).isZero();

        assertThat(platform.said().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "GROUP TOPIC PARTITION FIRST SETTLED END STATE",
                        "milena-bounce mail.failed 0 12 - 40 GONE",
                        "milena-delivery mail.outbound 0 3 88 90 READ",
                        "The progress of milena-bounce is gone, and it waits: milena group adopt milena-bounce --at"
                                + " start|end");
    }

    @Test
    void anAdoptionIsAskedForAndGiven() throws IOException {
        platform.answers("POST /v1/groups/milena-bounce/adopt", 202, "{\"at\":\"end\"}");

        assertThat(run("adopt", "milena-bounce", "--at", "end")).isEqualTo(2);
        assertThat(platform.complained()).contains("a program needs --yes");
        platform.types("n\n");
        assertThat(run("adopt", "milena-bounce", "--at", "end")).isEqualTo(1);
        assertThat(platform.requests).isEmpty();

        assertThat(run("adopt", "milena-bounce", "--at", "end", "--yes")).isZero();
        assertThat(platform.requests).isEqualTo(List.of("POST /v1/groups/milena-bounce/adopt {\"at\":\"end\"}"));
        assertThat(run("adopt", "milena-bounce", "--at", "middle", "--yes")).isEqualTo(2);
    }
}
