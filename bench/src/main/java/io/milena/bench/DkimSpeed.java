package io.milena.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.milena.mail.DkimSigner;
import io.milena.mail.HeaderField;
import io.milena.mail.SignedHeader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.conscrypt.Conscrypt;

/**
 * {@code ./milena bench dkim}: signatures a second on one thread, by provider. Each figure is the better of two runs
 * after one to warm up, all providers in turn, since the speed of a shared machine varies.
 */
final class DkimSpeed {
    private static final Duration RUN = Duration.ofSeconds(2);
    private static final int ROUNDS = 3;
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final String BODY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private static final String FIELDS = """
            Received: from app.example.org ([192.0.2.1]) by mx.example.org with ESMTPSA id 01HZX;
             Tue, 24 Nov 2026 00:00:00 +0000
            From: "The shop" <orders@example.org>
            To: Bob <bob@example.com>
            Subject: Your order 4711 has left our house and is on its way to you
            Date: Tue, 24 Nov 2026 00:00:00 +0000
            Message-ID: <01HZX4711@example.org>
            Reply-To: <help@example.org>
            MIME-Version: 1.0
            Content-Type: multipart/alternative; boundary="----=_Part_4711"
            List-Unsubscribe: <https://example.org/unsubscribe/4711>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            """;

    private DkimSpeed() {}

    /** The measured work: one signature. */
    private interface Work {
        void once() throws GeneralSecurityException;
    }

    static void measure() throws GeneralSecurityException {
        var providers = providers();
        System.out.printf("dkim: signatures a second, one thread, Java %s%n%n%-26s", Runtime.version(), "");
        providers.keySet().forEach(name -> System.out.printf(" %16s", name));
        System.out.println();
        var rsa = key("RSA", 2048);
        var ed25519 = key("Ed25519", 255);
        byte[] header = octets(1000);
        byte[] hash = octets(32);
        print("RSA-2048, new Signature", providers, provider -> anew("SHA256withRSA", rsa, header, provider));
        print("RSA-2048, Signature kept", providers, provider -> kept("SHA256withRSA", rsa, header, provider));
        print("Ed25519, new Signature", providers, provider -> anew("Ed25519", ed25519, hash, provider));
        print("Ed25519, Signature kept", providers, provider -> kept("Ed25519", ed25519, hash, provider));
        print("a message, both keys", providers, provider -> message(rsa, ed25519, provider));
    }

    private static Map<String, Optional<Provider>> providers() {
        var providers = new LinkedHashMap<String, Optional<Provider>>();
        providers.put("JDK", Optional.empty());
        if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null) {
            providers.put(
                    "Corretto " + AmazonCorrettoCryptoProvider.INSTANCE.getVersionStr(),
                    Optional.of(AmazonCorrettoCryptoProvider.INSTANCE));
        }
        if (Conscrypt.isAvailable()) {
            var version = Conscrypt.version();
            providers.put(
                    "Conscrypt %d.%d.%d".formatted(version.major(), version.minor(), version.patch()),
                    Optional.of(Conscrypt.newProvider()));
        }
        var castle = new BouncyCastleProvider();
        providers.put("BouncyCastle " + castle.getVersionStr(), Optional.of(castle));
        return providers;
    }

    private interface Preparation {
        Work with(Optional<Provider> provider) throws GeneralSecurityException;
    }

    private static void print(String title, Map<String, Optional<Provider>> providers, Preparation preparation)
            throws GeneralSecurityException {
        var best = new LinkedHashMap<String, Double>();
        for (int round = 0; round < ROUNDS; round++) {
            for (var provider : providers.entrySet()) {
                double speed = speed(preparation.with(provider.getValue()));
                if (round > 0) {
                    best.merge(provider.getKey(), speed, Math::max);
                }
            }
        }
        System.out.printf("%-26s", title);
        best.values().forEach(speed -> System.out.printf(" %16.0f", speed));
        System.out.println();
    }

    private static double speed(Work work) throws GeneralSecurityException {
        long begin = System.nanoTime();
        long end = begin + RUN.toNanos();
        int count = 0;
        while (System.nanoTime() < end) {
            work.once();
            count++;
        }
        return count * 1e9 / (System.nanoTime() - begin);
    }

    private static Work anew(String algorithm, PrivateKey key, byte[] octets, Optional<Provider> provider) {
        return () -> {
            var signature = signature(algorithm, provider);
            signature.initSign(key);
            signature.update(octets);
            signature.sign();
        };
    }

    private static Work kept(String algorithm, PrivateKey key, byte[] octets, Optional<Provider> provider)
            throws GeneralSecurityException {
        var signature = signature(algorithm, provider);
        signature.initSign(key);
        return () -> {
            signature.update(octets);
            signature.sign();
        };
    }

    /** One message as delivery signs it: reads the header section and signs with both keys. */
    private static Work message(PrivateKey rsa, PrivateKey ed25519, Optional<Provider> provider) {
        var signers = List.of(
                new DkimSigner("example.org", "m1r", rsa, provider),
                new DkimSigner("example.org", "m1e", ed25519, provider));
        byte[] section = FIELDS.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        return () -> {
            var header = SignedHeader.of(HeaderField.parse(section, section.length));
            for (var signer : signers) {
                signer.sign(header, BODY_HASH, NOW);
            }
        };
    }

    private static Signature signature(String algorithm, Optional<Provider> provider) throws GeneralSecurityException {
        return provider.isPresent()
                ? Signature.getInstance(algorithm, provider.get())
                : Signature.getInstance(algorithm);
    }

    private static PrivateKey key(String algorithm, int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair().getPrivate();
    }

    private static byte[] octets(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }
}
