package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.delivery.Envelopes;
import io.milena.delivery.KeyPairs;
import io.milena.mail.DkimSigner;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys sign which mail. */
class SignaturesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);
    private static final List<DkimSigner> OWN = List.of(
            new DkimSigner("own.example", "r", KeyPairs.rsa(2048).getPrivate()),
            new DkimSigner("own.example", "e", KeyPairs.of("Ed25519").getPrivate()));
    /** Only the account {@code owner} has verified {@code own.example}. */
    private static final Signers DIRECTORY =
            (account, domain) -> account.equals("owner") && domain.equals("own.example") ? OWN : List.of();

    @TempDir
    Path directory;

    private Optional<PlatformKey> platform;

    private record Settings(Optional<String> domain, Optional<String> selector, Optional<Path> privateKey)
            implements DkimSettings {}

    @BeforeEach
    void readThePlatformsKey() throws IOException {
        var file = Files.writeString(
                directory.resolve("key.pem"),
                KeyPairs.pem(KeyPairs.of("Ed25519").getPrivate()));
        platform = PlatformKey.of(
                new Settings(Optional.of("platform.example"), Optional.of("p"), Optional.of(file)),
                Optional.empty(),
                CLOCK);
    }

    @Test
    void everyKeyOfTheFromDomainSignsInItsName() throws UnusableKeyException {
        var fields = signed(platform, mail("owner", Optional.of("own.example"), Optional.of("hash")));

        assertThat(fields.split("DKIM-Signature: ")).hasSize(3);
        assertThat(fields)
                .contains("a=rsa-sha256; c=relaxed/relaxed; d=own.example;", "a=ed25519-sha256")
                .doesNotContain("platform.example");
    }

    @Test
    void thePlatformSignsWhereTheDomainHasNoKey() throws UnusableKeyException {
        assertThat(signed(platform, mail("owner", Optional.of("other.example"), Optional.of("hash"))))
                .containsOnlyOnce("DKIM-Signature: ")
                .contains("d=platform.example;", "s=p;");
    }

    @Test
    void thePlatformSignsWhereTheDomainIsSomeoneElses() throws UnusableKeyException {
        assertThat(signed(platform, mail("stranger", Optional.of("own.example"), Optional.of("hash"))))
                .containsOnlyOnce("DKIM-Signature: ")
                .contains("d=platform.example;");
    }

    @Test
    void thePlatformSignsWhereThereIsNoFromDomain() throws UnusableKeyException {
        assertThat(signed(platform, mail("owner", Optional.empty(), Optional.of("hash"))))
                .contains("d=platform.example;");
    }

    @Test
    void withoutAKeyOfThePlatformSuchMailIsNotSigned() throws UnusableKeyException {
        assertThat(signed(Optional.empty(), mail("owner", Optional.of("other.example"), Optional.of("hash"))))
                .isEmpty();
        assertThat(signed(Optional.empty(), mail("stranger", Optional.of("own.example"), Optional.of("hash"))))
                .isEmpty();
    }

    @Test
    void nothingIsSignedWhoseBodyWasNotHashed() throws UnusableKeyException {
        assertThat(signed(platform, mail("owner", Optional.of("own.example"), Optional.empty())))
                .isEmpty();
    }

    @Test
    void mailWaitsWhileAKeyOfItsDomainCannotBeUsed() {
        Signers broken = (account, domain) -> {
            throw new UnusableKeyException(domain, "it is encrypted");
        };
        var signatures = new Signatures(broken, platform, CLOCK);
        var mail = mail("owner", Optional.of("own.example"), Optional.of("hash"));

        assertThatThrownBy(() -> signatures.signers(mail)).isInstanceOf(UnusableKeyException.class);
        assertThat(signatures.domains(mail.envelope())).isEmpty();
    }

    private static String signed(Optional<PlatformKey> platform, MailRecord mail) throws UnusableKeyException {
        var signatures = new Signatures(DIRECTORY, platform, CLOCK);
        return signatures.of(mail, signatures.signers(mail));
    }

    private static MailRecord mail(String account, Optional<String> fromDomain, Optional<String> bodyHash) {
        byte[] header = "From: a@own.example\r\nSubject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var plain = Envelopes.of(CLOCK.instant(), 0, "b@example.com");
        return new MailRecord(
                Envelope.of(
                        plain.id(),
                        account,
                        plain.reversePath(),
                        plain.recipients(),
                        plain.acceptedAt(),
                        Duration.ofHours(72),
                        ContentShape.plain(header.length, header.length).withSigning(fromDomain, bodyHash)),
                header);
    }
}
