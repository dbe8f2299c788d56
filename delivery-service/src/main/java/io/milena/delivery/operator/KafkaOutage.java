package io.milena.delivery.operator;

import io.milena.operator.Outage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** What Kafka could not do is asked for again, and no fault of ours. */
@ApplicationScoped
public class KafkaOutage implements Outage {
    @Override
    public Optional<String> of(Throwable failure) {
        return failure instanceof KafkaException ? Optional.of("Kafka did not do it in time") : Optional.empty();
    }
}
