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

/** The postbox of the single process; mounts its page among the REST paths if it runs. */
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

    /** The configured names and the address that the server listens on, which other machines may reach. */
    static List<String> names(List<String> configured, String address) {
        return Stream.concat(configured.stream().map(String::strip), Stream.of(address))
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
