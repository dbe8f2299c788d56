package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.milena.delivery.KeyPairs;
import io.milena.mail.SignedHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformKeyTest {
    private static final Instant BEGIN = Instant.parse("2026-11-24T00:00:00Z");
    private static final KeyPair RSA = KeyPairs.rsa(2048);

    private Instant now = BEGIN;

    @TempDir
    Path directory;

    private record Settings(Optional<String> domain, Optional<String> selector, Optional<Path> privateKey)
            implements DkimSettings {}

    @Test
    void nothingSetIsNoKey() {
        assertThat(PlatformKey.of(
                        new Settings(Optional.empty(), Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        () -> now))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"RSA,rsa-sha256", "Ed25519,ed25519-sha256"})
    void signsInItsDomainsName(String algorithm, String name) throws Exception {
        var pair = algorithm.equals("RSA") ? RSA : KeyPairs.of(algorithm);

        var field = signature(key(file(KeyPairs.pem(pair.getPrivate()))));

        assertThat(field).contains("a=" + name + ";", "d=platform.example;", "s=p2026;");
    }

    @Test
    void aNewFileIsTakenAndABadOneIsNot() throws Exception {
        var file = file(KeyPairs.pem(RSA.getPrivate()));
        var key = key(file);
        var first = signature(key);

        replace(file, KeyPairs.pem(KeyPairs.rsa(2048).getPrivate()), 1);
        assertThat(signature(key)).as("not looked at yet").isEqualTo(first);

        now = now.plus(Duration.ofSeconds(11));
        var second = signature(key);
        assertThat(second).isNotEqualTo(first);

        replace(file, "-----BEGIN PRIVATE KEY-----\nhalf of it", 2);
        now = now.plus(Duration.ofSeconds(11));
        assertThat(signature(key)).isEqualTo(second);

        Files.delete(file);
        now = now.plus(Duration.ofSeconds(11));
        assertThat(signature(key)).isEqualTo(second);

        replace(file, KeyPairs.pem(RSA.getPrivate()), 3);
        now = now.plus(Duration.ofSeconds(11));
        assertThat(signature(key)).isEqualTo(first);
    }

    @Test
    void aFileThatCannotBeUsedIsSaidAndNotQuoted() throws IOException {
        var rsa = KeyPairs.pem(RSA.getPrivate());
        refused(file(rsa.replaceFirst("\n.{64}\n", "\n")), "neither an RSA nor an Ed25519 key");
        refused(file("-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\n"), "is not whole");
        refused(file(rsa.replace("PRIVATE", "RSA PRIVATE")), "no unencrypted key in PKCS#8");
        refused(file(rsa.replace("PRIVATE", "ENCRYPTED PRIVATE")), "no unencrypted key in PKCS#8");
        refused(file(""), "no unencrypted key in PKCS#8");
        refused(file(KeyPairs.pem(KeyPairs.rsa(512).getPrivate())), "512 bits");
        refused(file(KeyPairs.pem(KeyPairs.of("EC").getPrivate())), "neither an RSA nor an Ed25519 key");
        refused(directory.resolve("none.pem"), "NoSuchFileException");
        refused(directory, "milena.dkim.private-key");
    }

    @Test
    void someOfTheSettingsAreNone() throws IOException {
        var file = file(KeyPairs.pem(RSA.getPrivate()));
        for (var settings : List.of(
                new Settings(Optional.empty(), Optional.of("s"), Optional.of(file)),
                new Settings(Optional.of("a.example"), Optional.empty(), Optional.of(file)),
                new Settings(Optional.of("a.example"), Optional.of("s"), Optional.empty()))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PlatformKey.of(settings, Optional.empty(), () -> now))
                    .withMessageContaining("go together");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlatformKey.of(
                        new Settings(Optional.of("a b"), Optional.of("s"), Optional.of(file)),
                        Optional.empty(),
                        () -> now))
                .withMessageContaining("milena.dkim.domain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlatformKey.of(
                        new Settings(Optional.of("a.example"), Optional.of("s; d=x"), Optional.of(file)),
                        Optional.empty(),
                        () -> now))
                .withMessageContaining("milena.dkim.selector");
    }

    private void refused(Path file, String reason) throws IOException {
        var content = Files.isRegularFile(file) ? Files.readString(file) : "";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> key(file))
                .withMessageStartingWith("milena.dkim.private-key: ")
                .withMessageContaining(reason)
                .satisfies(refusal -> {
                    var trace = new StringWriter();
                    refusal.printStackTrace(new PrintWriter(trace));
                    content.lines()
                            .filter(line -> line.length() > 20 && !line.startsWith("-"))
                            .forEach(line -> assertThat(trace.toString())
                                    .doesNotContain(line)
                                    .doesNotContain(hex(line)));
                });
    }

    private static String hex(String line) {
        var hex = new StringBuilder();
        for (byte octet : Base64.getMimeDecoder().decode(line.substring(0, line.length() / 4 * 4))) {
            hex.append("%02x".formatted(octet));
        }
        return hex.toString();
    }

    private PlatformKey key(Path file) {
        return PlatformKey.of(
                        new Settings(Optional.of("Platform.Example"), Optional.of("p2026"), Optional.of(file)),
                        Optional.empty(),
                        () -> now)
                .orElseThrow();
    }

    private static String signature(PlatformKey key) throws GeneralSecurityException {
        return key.signer().sign(SignedHeader.of(List.of()), "hash", BEGIN);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("key.pem"), content);
    }

    /** Files are distinguished by their times, which may be coarse. */
    private static void replace(Path file, String content, int number) throws IOException {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(BEGIN.plusSeconds(number)));
    }
}
