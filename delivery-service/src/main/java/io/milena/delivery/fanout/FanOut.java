package io.milena.delivery.fanout;

import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TransferLoop;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Splits mail for several domains: one record of {@code mail.accepted} becomes one of {@code mail.outbound} for each domain, in a transaction. */
public final class FanOut {
    private final DeliveryLog log;
    private final Clock clock;

    public FanOut(DeliveryLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    public TransferLoop loop(KafkaClients clients, GroupMember member, ServiceHealth health, Backlog backlog) {
        return new TransferLoop(
                clients,
                member,
                health.loop(Topics.duty(Topics.ACCEPTED)),
                (consumer, listener) -> consumer.subscribe(List.of(Topics.ACCEPTED), listener),
                record -> new TransferLoop.Move(split(record)),
                new Watch(log, backlog),
                clock);
    }

    private List<ProducerRecord<byte[], byte[]>> split(ConsumerRecord<byte[], byte[]> record) {
        var mail = MailRecord.from(record);
        return mail.envelope().recipients().stream()
                .collect(Collectors.groupingBy(Recipient::domain))
                .entrySet()
                .stream()
                .map(domain -> new MailRecord(mail.envelope().withRecipients(domain.getValue()), mail.content())
                        .to(Topics.OUTBOUND, domain.getKey()))
                .toList();
    }
}
