package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What one record came to: the records to write for it, and what to count once they are committed. */
record Handled(List<ProducerRecord<byte[], byte[]>> records, Counter counter) {
    Handled {
        records = List.copyOf(records);
    }

    /** One for each record written; one for a record of which nothing came. */
    void count() {
        counter.increment(Math.max(1, records.size()));
    }
}
