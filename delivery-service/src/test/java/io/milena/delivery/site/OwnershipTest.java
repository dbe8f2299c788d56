package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.SiteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The parts of all replicas make the whole. */
class OwnershipTest {
    @Property(tries = 300)
    void howeverPartitionsAreDividedTheLimitIsKeptAndUsed(
            @ForAll @Size(min = 1, max = 24) List<@IntRange(max = 4) Integer> ownerOfPartition,
            @ForAll @IntRange(min = 1, max = 60) int limit,
            @ForAll String name) {
        var site = new SiteName(name, true);
        int total = ownerOfPartition.size();
        int connections = 0;
        double rate = 0;
        for (int replica = 0; replica <= 4; replica++) {
            var owned = new HashSet<Integer>();
            for (int partition = 0; partition < total; partition++) {
                if (ownerOfPartition.get(partition) == replica) {
                    owned.add(partition);
                }
            }
            var ownership = new Ownership();
            ownership.own(owned, total);
            connections += ownership.connections(site, limit);
            rate += ownership.perSecond(site, Optional.of(new Rate(limit, Duration.ofSeconds(1))));
            if (owned.contains(ownership.firstPartition(site))) {
                assertThat(ownership.connections(site, limit)).isPositive();
            }
        }
        assertThat(connections).isEqualTo(limit);
        assertThat(rate).isCloseTo(limit, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void aDestinationThatIsItsOwnSiteBelongsToWhoHasItsPartition() {
        var ownership = new Ownership();
        ownership.own(Set.of(3), 12);
        assertThat(ownership.connections(new SiteName("a.example", false), 20)).isEqualTo(20);
        assertThat(new ArrayList<>(List.of(ownership.connections(new SiteName("shared", true), 12))))
                .containsExactly(1);
    }
}
