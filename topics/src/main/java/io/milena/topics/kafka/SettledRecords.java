package io.milena.topics.kafka;

import io.milena.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Deletes the mail that a loop has settled, in steps behind its group's progress: time alone never deletes mail. Mail in
 * the topics where it begins is kept a while longer for operators. Brokers free whole segments, so disk space follows
 * later. Confined to the loop's thread, which it does not keep waiting.
 */
final class SettledRecords {
    private static final Logger LOG = Logger.getLogger(SettledRecords.class);

    private final Map<String, Object> base;
    private final Duration keep;
    private final long step;
    private final LoopHealth health;
    private final Map<TopicPartition, Long> settled = new HashMap<>();
    private long lastStep = System.nanoTime();
    // The last step; what became of it is counted before it ends.
    private Thread deletion = Thread.ofVirtual().unstarted(() -> {});

    /** {@code keep}: for how long settled mail stays where it began; {@code step}: interval between two deletions. */
    SettledRecords(Map<String, Object> base, Duration keep, Duration step, LoopHealth health) {
        this.base = base;
        this.keep = keep;
        this.step = step.toNanos();
        this.health = health;
    }

    /** The group has committed this progress. */
    void committed(Map<TopicPartition, OffsetAndMetadata> progress) {
        progress.forEach((partition, offset) -> {
            // Only one group reads each of these.
            if (Topics.holdsMail(partition.topic()) && offset.offset() > 0) {
                settled.put(partition, offset.offset());
            }
        });
        // One step at a time: of two at once the earlier could be counted last.
        if (!settled.isEmpty() && System.nanoTime() - lastStep >= step && !deletion.isAlive()) {
            lastStep = System.nanoTime();
            var due = Map.copyOf(settled);
            // Of kept mail more may be deleted at the next step, even if nothing is settled until then.
            settled.keySet().removeIf(partition -> !Topics.beginsMail(partition.topic()));
            deletion = Thread.ofVirtual().name("settled-records").start(() -> delete(due));
        }
    }

    private void delete(Map<TopicPartition, Long> due) {
        try (var admin = Admin.create(base)) {
            var kept = kept(admin, due);
            var before = new HashMap<TopicPartition, RecordsToDelete>();
            due.forEach((partition, offset) -> {
                var first = kept.get(partition);
                // Without an offset there are no records as young as that.
                long upTo = first == null || first < 0 ? offset : Math.min(offset, first);
                before.put(partition, RecordsToDelete.beforeOffset(upTo));
            });
            for (var low : admin.deleteRecords(before).lowWatermarks().entrySet()) {
                health.deletedBefore(low.getKey(), low.getValue().get().lowWatermark());
            }
        } catch (Exception e) {
            // The next steps delete these too.
            LOG.warnf("%s: settled mail is not deleted and takes up the brokers' disks: %s", health.name(), e);
        }
    }

    /** The first record that is kept, of the topics where mail begins. */
    private Map<TopicPartition, Long> kept(Admin admin, Map<TopicPartition, Long> due)
            throws ExecutionException, InterruptedException {
        var beginnings = due.keySet().stream()
                .filter(partition -> Topics.beginsMail(partition.topic()))
                .toList();
        return LogOffsets.at(
                admin,
                beginnings,
                OffsetSpec.forTimestamp(Instant.now().minus(keep).toEpochMilli()));
    }
}
