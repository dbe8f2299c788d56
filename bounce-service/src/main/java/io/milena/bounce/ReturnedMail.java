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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * The second duty: turns a report that came to a return address into an outcome for each recipient that failed and that
 * the message had. Other mail to return addresses (delays, vacation notes, spam) is dropped, and so is what a report says
 * of other recipients: whoever has one message can write to its return address. Confined to its loop's thread.
 */
final class ReturnedMail implements Function<ConsumerRecord<byte[], byte[]>, TransferLoop.Step> {
    private static final Logger LOG = Logger.getLogger(ReturnedMail.class);

    private final Optional<ReturnAddress> addresses;
    private final Function<BodyReference, Optional<byte[]>> bodies;
    private final Function<String, Set<String>> sent;
    private final Clock clock;
    private final Counter returned;
    private final Counter dropped;

    /**
     * {@code bodies} reads the beginning of a large body; {@code sent} finds the recipients that a message had, for
     * addresses that are not bound to one.
     */
    ReturnedMail(
            Optional<ReturnAddress> addresses,
            Function<BodyReference, Optional<byte[]>> bodies,
            Function<String, Set<String>> sent,
            Clock clock,
            Counter returned,
            Counter dropped) {
        this.addresses = addresses;
        this.bodies = bodies;
        this.sent = sent;
        this.clock = clock;
        this.returned = returned;
        this.dropped = dropped;
    }

    @Override
    public TransferLoop.Move apply(ConsumerRecord<byte[], byte[]> record) {
        var mail = MailRecord.from(record);
        var issued = mail.envelope().recipients().stream()
                .flatMap(recipient ->
                        addresses
                                .flatMap(known -> known.verify(
                                        recipient.forwardPath(), mail.envelope().acceptedAt()))
                                .stream())
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
                .flatMap(address -> ofMessage(address, failed).entrySet().stream()
                        .map(recipient -> outcome(address, recipient.getKey(), recipient.getValue())))
                .map(ReturnedMail::record)
                .toList();
        if (outcomes.isEmpty()) {
            return dropped(mail, "a report of recipients that the message did not have");
        }
        return new TransferLoop.Move(outcomes, () -> returned.increment(outcomes.size()));
    }

    /** The first that the report says of each recipient that the message had, by forward-path. */
    private Map<String, DeliveryReport.FailedRecipient> ofMessage(
            ReturnAddress.Issued issued, List<DeliveryReport.FailedRecipient> failed) {
        var known = new LinkedHashMap<String, DeliveryReport.FailedRecipient>();
        if (issued.recipient().isPresent()) {
            for (var recipient : failed) {
                recipient.addresses().stream()
                        .filter(address -> addresses.orElseThrow().isFor(issued, address))
                        .findFirst()
                        .filter(address -> known.isEmpty())
                        .ifPresent(address -> known.put(address, recipient));
            }
            return known;
        }
        var recipients = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        sent.apply(issued.id()).forEach(path -> recipients.put(path, path));
        for (var recipient : failed) {
            recipient.addresses().stream()
                    .flatMap(address -> Optional.ofNullable(recipients.get(address)).stream())
                    .findFirst()
                    .ifPresent(path -> known.putIfAbsent(path, recipient));
        }
        return known;
    }

    private Outcome outcome(ReturnAddress.Issued issued, String forwardPath, DeliveryReport.FailedRecipient failed) {
        var now = clock.instant();
        LOG.infof("queueId=%s forwardPath=%s status=%s returned", issued.id(), forwardPath, failed.status());
        return new Outcome(
                Outcome.Type.BOUNCED,
                issued.id(),
                issued.account(),
                // The return address does not tell the reverse-path.
                "",
                forwardPath,
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
