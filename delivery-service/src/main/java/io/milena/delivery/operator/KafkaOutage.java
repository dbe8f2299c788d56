package io.milena.delivery.operator;

import io.milena.operator.Outage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** A failure of Kafka is answered 503: the client may ask again, and it is not our fault. */
@ApplicationScoped
public class KafkaOutage implements Outage {
    @Override
    public Optional<String> of(Throwable failure) {
        return failure instanceof KafkaException ? Optional.of("Kafka did not do it in time") : Optional.empty();
    }
}
