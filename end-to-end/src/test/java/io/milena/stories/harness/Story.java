package io.milena.stories.harness;

import java.io.IOException;

/** What a story plays on: the world, one running platform and what its outcomes say. Stories use domains of their own, so that they can share it. */
public record Story(Stage stage, Platform platform, Outcomes outcomes) implements AutoCloseable {

    static Story begin() {
        var stage = Stage.open();
        var platform = stage.platform("shared").start();
        return new Story(stage, platform, Outcomes.of(platform));
    }

    @Override
    public void close() throws IOException {
        outcomes.close();
        platform.close();
        stage.close();
    }
}
