package io.milena.delivery;

import io.milena.topics.GroupMember;
import io.milena.topics.KafkaClients;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import io.milena.topics.TransferLoop;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Brings deferred mail back to {@code mail.outbound} when it is due. Reads every delay topic there is, also of tiers that are no longer configured. */
final class DelayTiers {
    private final DeliveryLog log;
    private final Clock clock;

    DelayTiers(DeliveryLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    TransferLoop loop(KafkaClients clients, GroupMember member, Backlog backlog) {
        return new TransferLoop(
                clients,
                member,
                "deferred",
                (consumer, listener) -> consumer.subscribe(Topics.DEFERRED, listener),
                this::back,
                new Watch(log, backlog),
                clock);
    }

    private TransferLoop.Step back(ConsumerRecord<byte[], byte[]> record) {
        var mail = MailRecord.from(record);
        var due = mail.envelope().dueAt();
        if (due.isPresent() && due.get().isAfter(clock.instant())) {
            return new TransferLoop.Hold(due.get());
        }
        var destination = mail.envelope().recipients().getFirst().domain();
        return new TransferLoop.Move(List.of(mail.to(Topics.OUTBOUND, destination)));
    }
}
