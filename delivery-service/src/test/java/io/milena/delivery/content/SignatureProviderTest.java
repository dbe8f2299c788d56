package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.milena.delivery.KeyPairs;
import io.milena.mail.DkimSigner;
import io.milena.mail.HeaderField;
import io.milena.mail.SignedHeader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast provider compared with the JDK's: both algorithms are deterministic (RFC 8017 §8.2, RFC 8032 §5.1.6), so
 * that any difference shows.
 */
class SignatureProviderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("RSA-1024", KeyPairs.rsa(1024).getPrivate()),
                Arguments.of("RSA-2048", KeyPairs.rsa(2048).getPrivate()),
                Arguments.of("RSA-4096", KeyPairs.rsa(4096).getPrivate()),
                Arguments.of("Ed25519", KeyPairs.of("Ed25519").getPrivate()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void signsLikeTheJdkOnManyThreadsAtOnce(String name, PrivateKey key) throws Exception {
        var provider = loaded();
        var jdk = new DkimSigner("example.org", "s", key);
        var fast = new DkimSigner("example.org", "s", key, Optional.of(provider));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> signed = IntStream.range(0, 50)
                    .mapToObj(number -> threads.submit(() -> fast.sign(header(number), "hash" + number, NOW)))
                    .toList();
            for (int number = 0; number < signed.size(); number++) {
                assertThat(signed.get(number).get()).isEqualTo(jdk.sign(header(number), "hash" + number, NOW));
            }
        }
    }

    @Test
    void aKeyThatTheProviderDoesNotTakeIsTheJdks() throws Exception {
        var key = KeyPairs.of("Ed25519").getPrivate();
        var none = Security.getProvider("SunJCE");

        assertThat(new DkimSigner("example.org", "s", key, Optional.of(none)).sign(header(1), "hash", NOW))
                .isEqualTo(new DkimSigner("example.org", "s", key).sign(header(1), "hash", NOW));
    }

    @Test
    void theRestOfTheJvmDoesNotKnowIt() {
        var provider = loaded();
        assertThat(Security.getProviders()).extracting(Provider::getName).doesNotContain(provider.getName());
    }

    private static Provider loaded() {
        var provider = SignatureProvider.fastest();
        assumeTrue(
                provider.isPresent(),
                "the native library does not run here: the JDK signs, there is nothing to compare");
        return provider.orElseThrow();
    }

    private static SignedHeader header(int number) {
        byte[] octets = ("From: a@example.org\r\nSubject: " + "x".repeat(number * 10) + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        return SignedHeader.of(HeaderField.parse(octets, octets.length));
    }
}
