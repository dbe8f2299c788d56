package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import io.milena.topics.BodyReference;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.QueueId;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.TransferLoop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * The second duty: turns a report that came to a return address into an outcome for each recipient that failed. Other
 * mail to return addresses (delays, vacation notes, spam) is dropped. Confined to its loop's thread.
 */
final class ReturnedMail implements Function<ConsumerRecord<byte[], byte[]>, TransferLoop.Step> {
    private static final Logger LOG = Logger.getLogger(ReturnedMail.class);

    private final Optional<ReturnAddress> addresses;
    private final Function<BodyReference, Optional<byte[]>> bodies;
    private final Clock clock;
    private final Counter returned;
    private final Counter dropped;

    /** {@code bodies} reads the beginning of a large body. */
    ReturnedMail(
            Optional<ReturnAddress> addresses,
            Function<BodyReference, Optional<byte[]>> bodies,
            Clock clock,
            Counter returned,
            Counter dropped) {
        this.addresses = addresses;
        this.bodies = bodies;
        this.clock = clock;
        this.returned = returned;
        this.dropped = dropped;
    }

    @Override
    public TransferLoop.Move apply(ConsumerRecord<byte[], byte[]> record) {
        var mail = MailRecord.from(record);
        var issued = mail.envelope().recipients().stream()
                .flatMap(recipient -> addresses.flatMap(known -> known.verify(recipient.forwardPath())).stream())
                .toList();
        if (issued.isEmpty()) {
            return dropped(mail, "not to an address of ours");
        }
        var content = content(mail);
        if (content.isEmpty()) {
            return dropped(mail, "its body is gone");
        }
        var failed = DeliveryReport.failedRecipients(content.get());
        if (failed.isEmpty()) {
            return dropped(mail, "no report of a failure");
        }
        var outcomes = issued.stream()
                .flatMap(address -> failed.stream().map(recipient -> outcome(address, recipient)))
                .map(ReturnedMail::record)
                .toList();
        return new TransferLoop.Move(outcomes, () -> returned.increment(outcomes.size()));
    }

    private Outcome outcome(ReturnAddress.Issued issued, DeliveryReport.FailedRecipient failed) {
        var now = clock.instant();
        LOG.infof("queueId=%s forwardPath=%s status=%s returned", issued.id(), failed.address(), failed.status());
        return new Outcome(
                Outcome.Type.BOUNCED,
                issued.id(),
                issued.account(),
                // The return address does not tell the reverse-path.
                "",
                failed.address(),
                now,
                // The remote had taken the mail: the failure belongs to no attempt of ours.
                0,
                failed.status(),
                failed.diagnostic(),
                Outcome.Connection.to(failed.remoteMta()),
                Math.max(
                        0, now.toEpochMilli() - QueueId.epochMillis(issued.id()).orElse(now.toEpochMilli())),
                Optional.empty(),
                false);
    }

    private static ProducerRecord<byte[], byte[]> record(Outcome outcome) {
        return new ProducerRecord<>(
                Topics.OUTCOMES, outcome.id().getBytes(StandardCharsets.UTF_8), Json.write(outcome));
    }

    private Optional<byte[]> content(MailRecord mail) {
        var body = mail.envelope().content().body();
        if (body.isEmpty()) {
            return Optional.of(mail.content());
        }
        return bodies.apply(body.get()).map(prefix -> {
            var all = new ByteArrayOutputStream(mail.content().length + prefix.length);
            all.writeBytes(mail.content());
            all.writeBytes(prefix);
            return all.toByteArray();
        });
    }

    private TransferLoop.Move dropped(MailRecord mail, String reason) {
        LOG.infof("queueId=%s returned mail dropped: %s", mail.envelope().id(), reason);
        return new TransferLoop.Move(List.of(), dropped::increment);
    }
}
