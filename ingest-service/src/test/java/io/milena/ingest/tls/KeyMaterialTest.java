package io.milena.ingest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyMaterialTest {
    @TempDir
    Path directory;

    private record Host(Path certificate, Path privateKey) implements TlsSettings.Host {}

    private record Settings(
            Optional<Path> certificate,
            Optional<Path> privateKey,
            Optional<Path> selfSignedDirectory,
            Map<String, TlsSettings.Host> hosts)
            implements TlsSettings {
        Settings(Optional<Path> certificate, Optional<Path> privateKey, Optional<Path> selfSignedDirectory) {
            this(certificate, privateKey, selfSignedDirectory, Map.of());
        }

        @Override
        public boolean clientCertificates() {
            return false;
        }

        @Override
        public Duration reloadInterval() {
            return Duration.ofSeconds(10);
        }
    }

    @Test
    void aSelfSignedPairIsMadeOnceAndItsKeyIsPrivate() throws IOException {
        var folder = directory.resolve("tls");
        var settings = new Settings(Optional.empty(), Optional.empty(), Optional.of(folder));
        var first = new KeyMaterial(settings, "mx.milena.test").read();
        var second = new KeyMaterial(settings, "mx.milena.test").read();
        assertThat(second.own().getCertValue()).isEqualTo(first.own().getCertValue());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void filesThatChangeAreReadAgain() throws IOException {
        var one = SelfSignedCertificate.make("one.test");
        var certificate = directory.resolve("c.pem");
        var key = directory.resolve("k.pem");
        Files.writeString(certificate, one.certificate());
        Files.writeString(key, one.privateKey());
        var material =
                new KeyMaterial(new Settings(Optional.of(certificate), Optional.of(key), Optional.empty()), "mx.test");
        material.read();
        assertThat(material.changed()).isEmpty();
        Files.setLastModifiedTime(certificate, FileTime.fromMillis(1_000));
        assertThat(material.changed()).isPresent();
        assertThat(material.changed()).isEmpty();
    }

    @Test
    void aCertificateWithTheKeyOfAnotherIsNotUsedAndLookedAtAgain() throws IOException {
        var one = SelfSignedCertificate.make("one.test");
        var two = SelfSignedCertificate.make("two.test");
        var certificate = directory.resolve("c.pem");
        var key = directory.resolve("k.pem");
        Files.writeString(certificate, one.certificate());
        Files.writeString(key, one.privateKey());
        var material =
                new KeyMaterial(new Settings(Optional.of(certificate), Optional.of(key), Optional.empty()), "mx.test");
        material.read();
        Files.writeString(certificate, two.certificate());
        Files.setLastModifiedTime(certificate, FileTime.fromMillis(1_000));
        assertThat(material.changed()).isEmpty();
        Files.writeString(key, two.privateKey());
        assertThat(material.changed()).isPresent();
    }

    private Host host(String name) throws IOException {
        var made = SelfSignedCertificate.make(name);
        return new Host(
                Files.writeString(directory.resolve(name + ".crt"), made.certificate()),
                Files.writeString(directory.resolve(name + ".key"), made.privateKey()));
    }

    @Test
    void aPairThatIsBrokenHoldsUpNoOther() throws IOException {
        var one = host("one.test");
        var two = host("two.test");
        var material = new KeyMaterial(
                new Settings(
                        Optional.empty(), Optional.empty(), Optional.empty(), Map.of("one.test", one, "Two.test", two)),
                "mx.test");
        var before = material.read();
        Files.writeString(one.certificate(), "garbage");
        Files.setLastModifiedTime(one.certificate(), FileTime.fromMillis(1_000));
        assertThat(material.changed()).isEmpty();
        host("two.test");
        Files.setLastModifiedTime(two.certificate(), FileTime.fromMillis(1_000));
        var after = material.changed().orElseThrow();
        assertThat(after.of("one.test")).isEqualTo(before.of("one.test"));
        assertThat(after.of("two.test").orElseThrow().getCertValue())
                .isNotEqualTo(before.of("two.test").orElseThrow().getCertValue());
        Files.delete(one.privateKey());
        assertThat(material.changed()).isEmpty();
    }

    @Test
    void atTheStartABrokenPairIsAnErrorThatNamesIt() throws IOException {
        var one = host("one.test");
        Files.delete(one.privateKey());
        var settings = new Settings(Optional.empty(), Optional.empty(), Optional.empty(), Map.of("one.test", one));
        assertThatThrownBy(() -> new KeyMaterial(settings, "mx.test").read())
                .hasMessageContaining("milena.tls.hosts.\"one.test\"");
    }

    @Test
    void aCertificateWithoutItsKeyIsAnError() {
        var settings = new Settings(Optional.of(directory), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new KeyMaterial(settings, "mx.test")).hasMessageContaining("milena.tls.private-key");
    }
}
