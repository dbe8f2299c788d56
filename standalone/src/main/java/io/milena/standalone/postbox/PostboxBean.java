package io.milena.standalone.postbox;

import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.StandaloneConfig;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The postbox of the single process, and its page among the REST paths when it runs. */
@ApplicationScoped
public class PostboxBean {
    @Produces
    @Singleton
    Postbox postbox(StandaloneConfig config) {
        return new Postbox(new DataDirectory(config.data()).postbox());
    }

    void mount(
            @Observes Router router,
            StandaloneConfig config,
            Instance<Postbox> postbox,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "localhost") String address) {
        if (config.postbox()) {
            new Inbox(postbox.get(), names(config.inboxHosts().orElse(List.of()), address)).mount(router);
        }
    }

    /** Beside the configured names the address that the server listens on, which may be one that others reach. */
    static List<String> names(List<String> configured, String address) {
        return Stream.concat(configured.stream().map(String::strip), Stream.of(address))
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
