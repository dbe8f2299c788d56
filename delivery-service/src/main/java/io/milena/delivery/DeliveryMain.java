package io.milena.delivery;

import io.milena.operator.AdminSettings;
import io.milena.service.MetricsSettings;
import io.milena.service.ServiceProcess;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** delivery-service as a process of its own; standalone has another main class. */
@QuarkusMain(name = "delivery-service")
public final class DeliveryMain {
    private DeliveryMain() {}

    public static void main(String... arguments) {
        ServiceProcess.run(
                List.of(
                        DeliveryConfig.class,
                        KafkaSettings.class,
                        RetrySettings.class,
                        MetricsSettings.class,
                        AdminSettings.class),
                arguments);
    }
}
