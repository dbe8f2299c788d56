package io.milena.delivery.tier;

import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Subject;
import io.milena.delivery.route.Ways;
import io.milena.topics.MailRecord;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LogOffsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Reads partitions of tiers once, from their first record to their present end, and takes out the mail of flushes. It
 * has a consumer of its own, so that the loop's position does not move. Confined to the loop's thread.
 */
final class TierScan implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TierScan.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int RECORDS_PER_STEP = 500;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SiteLookup.Enquiry whereabouts;
    private final Clock clock;
    private final Map<TopicPartition, Section> sections = new HashMap<>();

    /** Mail that waits in a tier. */
    record Waiting(long offset, MailRecord mail, Optional<String> tag) {
        String domain() {
            return mail.envelope().recipients().getFirst().domain();
        }

        private Subject subject(String site) {
            var envelope = mail.envelope();
            return new Subject(envelope.id(), envelope.account(), domain(), site, tag.orElse(""), "");
        }
    }

    /** The range of one partition that is still to be read. */
    private static final class Section {
        private final Tier tier;
        private final List<Flush> flushes;
        private final long end;
        private long next;
        private int moved;
        /** All mail before it is moved. */
        private long clearedTo;

        private Section(Tier tier, List<Flush> flushes, long end) {
            this.tier = tier;
            this.flushes = flushes;
            this.end = end;
            this.next = tier.progress().head();
        }

        /**
         * Begins again at the head and moves all mail before this offset, since Kafka takes no longer list of what has
         * gone: without gaps there is nothing to list. False if that was tried.
         */
        private boolean clearTo(long offset) {
            if (offset <= clearedTo) {
                return false;
            }
            clearedTo = offset;
            next = tier.progress().head();
            return true;
        }
    }

    TierScan(KafkaClients clients, Map<Tier, List<Flush>> asked, SiteLookup whereabouts, Clock clock) {
        this.whereabouts = whereabouts.enquiry();
        this.clock = clock;
        this.consumer = clients.reader(Map.of(
                "client.id",
                "flush",
                "max.poll.records",
                RECORDS_PER_STEP,
                "fetch.max.bytes",
                16 * 1024 * 1024,
                "max.partition.fetch.bytes",
                4 * 1024 * 1024));
        try {
            var partitions = asked.keySet().stream().map(Tier::partition).toList();
            consumer.assign(partitions);
            var ends = ends(clients, partitions);
            asked.forEach((tier, flushes) -> {
                sections.put(tier.partition(), new Section(tier, flushes, ends.get(tier.partition())));
                consumer.seek(tier.partition(), tier.progress().head());
            });
            List.copyOf(sections.values()).forEach(this::endIfRead);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Behind the last record, also of transactions that are not complete in each partition: what was put on hold before
     * its site let mail in is among it.
     */
    private static Map<TopicPartition, Long> ends(KafkaClients clients, List<TopicPartition> partitions) {
        try (var admin = Admin.create(clients.base())) {
            return LogOffsets.at(admin, partitions, OffsetSpec.latest());
        } catch (ExecutionException e) {
            throw new KafkaException("the ends of the delay topics are not known", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Reads on a little, and moves matching mail out of its tier. */
    void step(TierBatch batch) {
        if (isOver()) {
            return;
        }
        var records = consumer.poll(POLL);
        for (var partition : records.partitions()) {
            var section = sections.get(partition);
            if (section != null) {
                take(section, records.records(partition), batch);
            }
        }
        batch.commit();
        List.copyOf(sections.values()).forEach(this::endIfRead);
    }

    private void take(Section section, List<ConsumerRecord<byte[], byte[]>> records, TierBatch batch) {
        var progress = section.tier.progress();
        var waiting = new ArrayList<Waiting>();
        for (var record : records) {
            if (record.offset() < section.end && !progress.isFinished(record.offset())) {
                waiting(record).ifPresent(waiting::add);
            }
        }
        var fitting = fitting(section.flushes, waiting);
        for (var record : records) {
            var leaving = Optional.ofNullable(fitting.get(record.offset())).or(() -> cleared(section, record));
            if (leaving.isPresent()) {
                // No record lies between the two: so adjacent runs become one.
                long from = Math.max(section.next, progress.head());
                if (from > progress.head() && progress.isFull()) {
                    clear(section, record.offset());
                    return;
                }
                batch.write(TierLoop.back(leaving.get()));
                progress.saw(record.leaderEpoch());
                progress.finish(from, record.offset() + 1);
                batch.progress(section.tier.partition(), progress);
                batch.commitIfLarge();
                section.moved++;
            }
            section.next = record.offset() + 1;
        }
    }

    private void clear(Section section, long before) {
        if (section.clearTo(before)) {
            consumer.seek(section.tier.partition(), section.tier.progress().head());
        } else {
            giveUp(section);
        }
    }

    /** Mail that no flush is about, and that leaves its tier with the others; it keeps the time before which it waits. */
    private static Optional<MailRecord> cleared(Section section, ConsumerRecord<byte[], byte[]> record) {
        return record.offset() < section.clearedTo && !section.tier.progress().isFinished(record.offset())
                ? read(record)
                : Optional.empty();
    }

    /** By offset, the mail that matches one of the flushes. */
    private Map<Long, MailRecord> fitting(List<Flush> flushes, List<Waiting> waiting) {
        boolean bySite =
                flushes.stream().anyMatch(flush -> flush.selector().site().isPresent());
        if (bySite) {
            whereabouts.ask(waiting);
        }
        var fitting = new HashMap<Long, MailRecord>();
        for (var one : waiting) {
            var subject = one.subject(bySite ? whereabouts.site(one) : "");
            boolean forSource = one.mail().envelope().retrying().waitsForSource();
            if (flushes.stream().anyMatch(flush -> flush.fitsWaiting(subject, forSource))) {
                // Flushed mail is tried at once, even if the way to its retry would lead through further tiers.
                fitting.put(
                        one.offset(),
                        new MailRecord(
                                one.mail().envelope().withoutRetryAt(),
                                one.mail().content()));
            }
        }
        return fitting;
    }

    /** Scheduled mail waits for its time. */
    private Optional<Waiting> waiting(ConsumerRecord<byte[], byte[]> record) {
        return read(record)
                .filter(mail -> mail.envelope()
                        .wishes()
                        .releaseAt()
                        .filter(release -> release.isAfter(clock.instant()))
                        .isEmpty())
                .map(mail -> new Waiting(record.offset(), mail, Ways.tag(mail)));
    }

    /** Mail that cannot be read waits for its turn. */
    private static Optional<MailRecord> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(MailRecord.from(record));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.debugf("%s-%d@%d fits no flush: %s", record.topic(), record.partition(), record.offset(), e.toString());
            return Optional.empty();
        }
    }

    private void endIfRead(Section section) {
        var partition = section.tier.partition();
        if (consumer.position(partition) >= section.end) {
            if (section.moved > 0) {
                LOG.infof("flush %s: %d messages of %s are tried now", ids(section), section.moved, partition);
            }
            end(section);
        }
    }

    private void giveUp(Section section) {
        LOG.warnf(
                "flush %s: %d messages of %s are tried now; the others that it is about wait for their turn, since Kafka takes no longer list of what"
                        + " has gone",
                ids(section), section.moved, section.tier.partition());
        end(section);
    }

    private void end(Section section) {
        section.flushes.forEach(flush -> section.tier.served().add(flush.id()));
        leave(section.tier.partition());
    }

    private static List<String> ids(Section section) {
        return section.flushes.stream().map(Flush::id).toList();
    }

    /** The partition is lost, or read to its end. */
    void leave(TopicPartition partition) {
        if (sections.remove(partition) != null) {
            consumer.pause(List.of(partition));
        }
    }

    boolean isOver() {
        return sections.isEmpty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
