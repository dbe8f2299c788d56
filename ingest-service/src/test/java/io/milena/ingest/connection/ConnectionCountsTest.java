package io.milena.ingest.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.connection.ConnectionCounts.Welcome;
import org.junit.jupiter.api.Test;

class ConnectionCountsTest {
    private final ConnectionCounts counts = new ConnectionCounts(2, 20);

    @Test
    void oneTooManyFromAnAddressIsRefusedUntilAnotherCloses() {
        counts.opened("192.0.2.1");
        counts.opened("192.0.2.1");
        assertThat(counts.opened("192.0.2.1")).isEqualTo(Welcome.TOO_MANY_FROM_ADDRESS);
        assertThat(counts.opened("192.0.2.2")).isEqualTo(Welcome.GRANTED);
        counts.closed("192.0.2.1");
        counts.closed("192.0.2.1");
        assertThat(counts.opened("192.0.2.1")).isEqualTo(Welcome.GRANTED);
    }

    @Test
    void anIpV6HostCannotChooseAnotherAddressOfItsNetwork() {
        counts.opened("2001:db8:0:1::1");
        counts.opened("2001:db8:0:1::2");
        assertThat(counts.opened("2001:db8:0:1:ffff::3")).isEqualTo(Welcome.TOO_MANY_FROM_ADDRESS);
        assertThat(counts.opened("2001:db8:0:2::1")).isEqualTo(Welcome.GRANTED);
    }

    @Test
    void oneTooManyInAllIsRefusedAndNineInTenAreBusy() {
        for (int i = 0; i < 18; i++) {
            counts.opened("192.0.2." + i);
        }
        assertThat(counts.busy()).isFalse();
        counts.opened("192.0.2.100");
        assertThat(counts.busy()).isTrue();
        counts.opened("192.0.2.101");
        assertThat(counts.opened("192.0.2.102")).isEqualTo(Welcome.TOO_MANY_IN_ALL);
        counts.closed("192.0.2.102");
        counts.closed("192.0.2.101");
        assertThat(counts.opened("192.0.2.103")).isEqualTo(Welcome.GRANTED);
    }
}
