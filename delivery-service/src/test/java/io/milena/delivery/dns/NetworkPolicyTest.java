package io.milena.delivery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.31.255.255",
                "192.168.0.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "::127.0.0.1"
            })
    void specialAddressesAreRefused(String address) throws Exception {
        var policy = new NetworkPolicy(List.of());
        assertThat(policy.permits(NetworkPolicy.unmapped(InetAddress.getByName(address))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "2a00:1450:4001::1", "100.128.0.1"})
    void otherAddressesArePermitted(String address) throws Exception {
        assertThat(new NetworkPolicy(List.of()).permits(InetAddress.getByName(address)))
                .isTrue();
    }

    @Test
    void anAllowedNetworkIsPermittedAlthoughSpecial() throws Exception {
        var policy = new NetworkPolicy(List.of("127.0.1.0/24", "fd00::/8"));
        assertThat(policy.permits(InetAddress.getByName("127.0.1.9"))).isTrue();
        assertThat(policy.permits(InetAddress.getByName("127.0.2.9"))).isFalse();
        assertThat(policy.permits(InetAddress.getByName("fd12::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "example.com/8", "10.0.0.0/x", ""})
    void whatIsNoNetworkIsRefused(String cidr) {
        assertThatThrownBy(() -> new NetworkPolicy(List.of(cidr))).hasMessageContaining("expected: a CIDR");
    }
}
