package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import io.milena.smtp.DomainName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The key with which the platform signs in its own name, from a file that an operator may replace. The file is checked
 * at most every ten seconds; if a new key cannot be used, the old one stays in use. Thread-safe.
 */
public final class PlatformKey {
    private static final Logger LOG = Logger.getLogger(PlatformKey.class);
    private static final String SETTING = "milena.dkim.private-key";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    // RFC 6376 §3.1
    private static final Pattern SELECTOR =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private final String domain;
    private final String selector;
    private final Path file;
    private final Optional<Provider> provider;
    private final InstantSource clock;
    private FileTime modified;
    private Instant lookedAt;
    private DkimSigner signer;
    /** The problem at the last check, so that it is logged once. */
    private String complaint = "";

    private PlatformKey(String domain, String selector, Path file, Optional<Provider> provider, InstantSource clock) {
        this.domain = domain;
        this.selector = selector;
        this.file = file;
        this.provider = provider;
        this.clock = clock;
    }

    /** Empty if no key is set. Error messages quote nothing of the key. */
    public static Optional<PlatformKey> of(DkimSettings settings, Optional<Provider> provider, InstantSource clock) {
        var given = List.of(settings.domain(), settings.selector(), settings.privateKey());
        if (given.stream().allMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        if (!given.stream().allMatch(Optional::isPresent)) {
            throw new IllegalArgumentException(
                    "milena.dkim.domain, milena.dkim.selector and milena.dkim.private-key go together: some are missing");
        }
        var domain = DomainName.parse(settings.domain().orElseThrow())
                .orElseThrow(() -> new IllegalArgumentException("milena.dkim.domain is no domain name"));
        var selector = settings.selector().orElseThrow();
        if (!SELECTOR.matcher(selector).matches()) {
            throw new IllegalArgumentException(
                    "milena.dkim.selector is none (expected: labels of letters, digits and hyphens)");
        }
        var key = new PlatformKey(domain.text(), selector, settings.privateKey().orElseThrow(), provider, clock);
        try {
            key.read();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return Optional.of(key);
    }

    synchronized DkimSigner signer() {
        if (clock.instant().isAfter(lookedAt.plus(LOOK_AGAIN))) {
            try {
                read();
            } catch (IOException e) {
                complain(e.getMessage());
            }
        }
        return signer;
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            complaint = reason;
            LOG.warnf("the platform's DKIM key has changed and cannot be used, the old one stays: %s", reason);
        }
    }

    private synchronized void read() throws IOException {
        lookedAt = clock.instant();
        try {
            var now = Files.getLastModifiedTime(file);
            if (now.equals(modified)) {
                return;
            }
            var key = privateKey(Files.readString(file, StandardCharsets.ISO_8859_1));
            signer = new DkimSigner(domain, selector, key, provider);
            modified = now;
            complaint = "";
        } catch (IOException e) {
            // The system's own words, for instance NoSuchFileException with the file's name.
            throw new IOException(SETTING + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IOException(SETTING + ": " + file + " " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(String pem) {
        var block = PEM.matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException(
                    "has no unencrypted key in PKCS#8 (expected: PEM that begins with BEGIN PRIVATE KEY, as openssl pkcs8 -topk8 -nocrypt writes it)");
        }
        byte[] der = decoded(block.group(1));
        for (var algorithm : List.of("RSA", "Ed25519")) {
            try {
                return checked(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
            } catch (GeneralSecurityException e) {
                // A key of another kind. The JDK's message might quote it.
            }
        }
        throw new IllegalArgumentException("holds neither an RSA nor an Ed25519 key");
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not whole: its base64 does not end as it should", e);
        }
    }

    private static PrivateKey checked(PrivateKey key) {
        // RFC 8301 §3.2: shorter keys must not sign, and verifiers need not support longer ones.
        if (key instanceof RSAKey rsa
                && (rsa.getModulus().bitLength() < 1024 || rsa.getModulus().bitLength() > 4096)) {
            throw new IllegalArgumentException(
                    "holds an RSA key of " + rsa.getModulus().bitLength() + " bits (expected: 1024 to 4096)");
        }
        return key;
    }
}
