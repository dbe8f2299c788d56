package io.milena.ingest;

import io.milena.service.MetricsSettings;
import io.milena.service.ServiceProcess;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** ingest-service as a process of its own; standalone has another main class. */
@QuarkusMain(name = "ingest-service")
public final class IngestMain {
    private IngestMain() {}

    public static void main(String... arguments) {
        ServiceProcess.run(
                List.of(IngestSettings.class, KafkaSettings.class, RetrySettings.class, MetricsSettings.class),
                arguments);
    }
}
