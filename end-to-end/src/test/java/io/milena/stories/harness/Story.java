package io.milena.stories.harness;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The surroundings of a story: the world, one running platform and a reader of its outcomes. Stories use domains of
 * their own, so that they can share it.
 */
public record Story(Stage stage, Platform platform, Outcomes outcomes) implements AutoCloseable {

    static Story begin() {
        var stage = Stage.open();
        var platform = stage.platform("shared")
                // Only for mail with a tag of this source.
                .set("milena.delivery.sources.\"a5\".address", "127.0.0.5")
                .set("milena.delivery.sources.\"a5\".hostname", "mta5.milena.test")
                .set("milena.delivery.sources.\"a6\".address", "127.0.0.6")
                .set("milena.delivery.sources.\"new\".address", "127.0.0.7")
                .set("milena.delivery.sources.\"new\".warm-up", LocalDate.now(ZoneOffset.UTC) + ": 2, 2")
                .set("milena.delivery.pools.\"five\"", "a5")
                .set("milena.delivery.pools.\"both\"", "a5=2, a6=1")
                .set("milena.delivery.pools.\"warming\"", "new=100, a6")
                .set("milena.delivery.pool-of", "tag:five=five,tag:both=both,tag:warming=warming")
                .start();
        return new Story(stage, platform, Outcomes.of(platform));
    }

    @Override
    public void close() throws IOException {
        outcomes.close();
        platform.close();
        stage.close();
    }
}
