package io.milena.standalone.postbox;

import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.StandaloneConfig;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The postbox of the single process, and its page among the REST paths when it runs. */
@ApplicationScoped
public class PostboxBean {
    @Produces
    @Singleton
    Postbox postbox(StandaloneConfig config) {
        return new Postbox(new DataDirectory(config.data()).postbox());
    }

    void mount(@Observes Router router, StandaloneConfig config, Instance<Postbox> postbox) {
        if (config.postbox()) {
            new Inbox(postbox.get()).mount(router);
        }
    }
}
