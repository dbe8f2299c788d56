package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Turns of accounts and classes. */
class FairQueueTest {
    private static final int URGENT = 0;
    private static final int NORMAL = 1;
    private static final int BULK = 2;

    private record Mail(String account, long size, int number) {}

    private final FairQueue<Mail> queue = new FairQueue<>(List.of(16, 4, 1), Mail::account, Mail::size);

    private void fill(String account, int count, long size, int lane) {
        for (int i = 0; i < count; i++) {
            queue.add(new Mail(account, size, i), lane);
        }
    }

    private List<Mail> take(int count) {
        var taken = new ArrayList<Mail>();
        for (int i = 0; i < count; i++) {
            queue.poll().ifPresent(taken::add);
        }
        return taken;
    }

    @Test
    void aCampaignDoesNotHoldUpAnothersFewMessages() {
        fill("campaign", 10_000, 2_000, NORMAL);
        take(100);
        fill("other", 3, 2_000, NORMAL);
        // A round is at most 8 messages of 4 KiB of each account, and a newcomer waits for one and a half rounds.
        assertThat(take(24)).filteredOn(mail -> mail.account().equals("other")).hasSize(3);
    }

    @Test
    void accountsShareByOctetsAndNotByMessages() {
        fill("large", 1_000, 64 * 1024, NORMAL);
        fill("small", 10_000, 8 * 1024, NORMAL);
        var taken = take(900);
        long large = taken.stream()
                .filter(mail -> mail.account().equals("large"))
                .mapToLong(Mail::size)
                .sum();
        long small = taken.stream()
                .filter(mail -> mail.account().equals("small"))
                .mapToLong(Mail::size)
                .sum();
        assertThat((double) large / small).isBetween(0.9, 1.1);
    }

    @Test
    void anAccountsMailKeepsItsOrder() {
        fill("a", 50, 2_000, NORMAL);
        fill("b", 50, 2_000, NORMAL);
        assertThat(take(100))
                .filteredOn(mail -> mail.account().equals("a"))
                .extracting(Mail::number)
                .isSorted();
    }

    @Test
    void anUrgentMessageIsNextWhateverWaits() {
        fill("campaign", 10_000, 2_000, BULK);
        fill("shop", 1_000, 2_000, NORMAL);
        fill("shop", 1, 2_000, URGENT);
        assertThat(take(2))
                .anyMatch(mail -> mail.number() == 0 && queue.of("shop", 2).messages() < 1_001);
        assertThat(queue.of("shop", 2).messages()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void noClassStarves() {
        fill("urgent", 10_000, 2_000, URGENT);
        fill("normal", 10_000, 2_000, NORMAL);
        fill("bulk", 10_000, 2_000, BULK);
        var taken = take(2_100);
        assertThat(taken).filteredOn(mail -> mail.account().equals("bulk")).hasSize(100);
        assertThat(taken).filteredOn(mail -> mail.account().equals("normal")).hasSize(400);
    }

    @Test
    void whatIsGivenBackIsTheNextOfItsAccount() {
        fill("a", 3, 2_000, NORMAL);
        var first = queue.poll().orElseThrow();
        queue.giveBack(first, NORMAL);
        assertThat(queue.poll()).contains(first);
    }

    @Test
    void whatIsRemovedIsNotCounted() {
        fill("a", 10, 2_000, NORMAL);
        fill("b", 10, 2_000, BULK);
        assertThat(queue.remove(mail -> mail.account().equals("a"))).hasSize(10);
        assertThat(queue.all()).isEqualTo(new FairQueue.Waiting(10, 20_000));
        assertThat(take(20)).hasSize(10).allMatch(mail -> mail.account().equals("b"));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsLessUrgentIsNotCountedBeforeAMessage() {
        fill("a", 3, 2_000, URGENT);
        fill("a", 10, 2_000, BULK);
        fill("b", 5, 2_000, NORMAL);
        assertThat(queue.of("a", URGENT)).isEqualTo(new FairQueue.Waiting(3, 6_000));
        assertThat(queue.of("a", NORMAL)).isEqualTo(new FairQueue.Waiting(3, 6_000));
        assertThat(queue.of("a", BULK)).isEqualTo(new FairQueue.Waiting(13, 26_000));
        assertThat(queue.all(NORMAL)).isEqualTo(new FairQueue.Waiting(8, 16_000));
        take(18);
        assertThat(queue.of("a", BULK)).isEqualTo(new FairQueue.Waiting(0, 0));
        assertThat(queue.all(BULK)).isEqualTo(queue.all());
        assertThat(queue.accounts()).isZero();
    }

    @Property(tries = 200)
    void whatGoesInComesOutOnce(@ForAll @Size(max = 200) List<@IntRange(max = 299_999) Integer> sizes) {
        var fresh = new FairQueue<Mail>(List.of(16, 4, 1), Mail::account, Mail::size);
        var in = new ArrayList<Mail>();
        for (int i = 0; i < sizes.size(); i++) {
            var mail = new Mail("a" + sizes.get(i) % 5, sizes.get(i), i);
            in.add(mail);
            fresh.add(mail, sizes.get(i) % 3);
        }
        var out = new ArrayList<Mail>();
        for (var next = fresh.poll(); next.isPresent(); next = fresh.poll()) {
            out.add(next.get());
        }
        assertThat(out).containsExactlyInAnyOrderElementsOf(in);
        assertThat(fresh.all()).isEqualTo(new FairQueue.Waiting(0, 0));
    }
}
