package io.milena.delivery.fanout;

import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.topics.kafka.TransferLoop;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reports events of delivery's {@link TransferLoop}s to the log and to the count of unsettled records. Thread-safe. */
record Watch(DeliveryLog log, Backlog backlog) implements TransferLoop.Observer {
    @Override
    public void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        log.deadLetter(record, reason);
    }

    @Override
    public void position(TopicPartition partition, long next) {
        backlog.report(partition, next, 0);
    }

    @Override
    public void forget(TopicPartition partition) {
        backlog.forget(partition);
    }
}
