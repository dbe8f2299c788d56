package io.milena.bounce;

import io.milena.service.MetricsSettings;
import io.milena.service.ServiceProcess;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** bounce-service as a process of its own; standalone has another main class. */
@QuarkusMain(name = "bounce-service")
public final class BounceMain {
    private BounceMain() {}

    public static void main(String... arguments) {
        ServiceProcess.run(
                List.of(BounceConfig.class, KafkaSettings.class, RetrySettings.class, MetricsSettings.class),
                arguments);
    }
}
