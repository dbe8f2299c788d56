package io.milena.auth;

import io.milena.operator.AdminSettings;
import io.milena.service.MetricsSettings;
import io.milena.service.ServiceProcess;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** auth-service as a process of its own; standalone has another main class. */
@QuarkusMain(name = "auth-service")
public final class AuthMain {
    private AuthMain() {}

    public static void main(String... arguments) {
        ServiceProcess.run(
                List.of(
                        AuthSettings.class,
                        KafkaSettings.class,
                        RetrySettings.class,
                        MetricsSettings.class,
                        AdminSettings.class),
                arguments);
    }
}
