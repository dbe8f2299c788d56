package io.milena.auth.dkim;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * A DKIM key and its selector.
 *
 * @param algorithm {@code rsa} or {@code ed25519}, as in k= of the key record
 * @param privateKey base64 PKCS#8
 * @param publicKey as in p= of the key record: base64 SubjectPublicKeyInfo (RFC 6376 §3.6.1), or base64 of the 32
 *     octets (RFC 8463 §4.2)
 */
public record DkimKeyPair(String selector, String algorithm, String privateKey, String publicKey) {
    /** RFC 8410 §3. */
    static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Keys for a domain that brings none: RSA for the verifiers of today, Ed25519 for those to come. RSA-2048 (RFC 8301
     * §3.2), since a key record of 4096 bits does not fit everywhere.
     */
    public static List<DkimKeyPair> generate() {
        return List.of(generate("m1r", "rsa"), generate("m1e", "ed25519"));
    }

    /** A new key; {@code algorithm} as in k=. */
    public static DkimKeyPair generate(String selector, String algorithm) {
        if (algorithm.equals("rsa")) {
            return ofRsa(selector, newRsaKey());
        }
        byte[] seed = new byte[32];
        RANDOM.nextBytes(seed);
        return ofEd25519(selector, seed);
    }

    static DkimKeyPair ofRsa(String selector, RSAPrivateKey key) {
        try {
            var pkcs8 = new PrivateKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), key);
            var publicKey = KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
            return new DkimKeyPair(selector, "rsa", base64(pkcs8.getEncoded()), base64(publicKey.getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("no usable RSA key", e);
        }
    }

    static DkimKeyPair ofEd25519(String selector, byte[] seed) {
        try {
            var pkcs8 = new PrivateKeyInfo(new AlgorithmIdentifier(ED25519), new DEROctetString(seed));
            byte[] publicKey =
                    new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
            return new DkimKeyPair(selector, "ed25519", base64(pkcs8.getEncoded()), base64(publicKey));
        } catch (IOException e) {
            throw new IllegalArgumentException("no usable Ed25519 key", e);
        }
    }

    private static RSAPrivateKey newRsaKey() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pkcs8 = PrivateKeyInfo.getInstance(
                    generator.generateKeyPair().getPrivate().getEncoded());
            return RSAPrivateKey.getInstance(pkcs8.parsePrivateKey());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    /** Leaves the key out: a secret never reaches a log. */
    @Override
    public String toString() {
        return "DkimKeyPair[selector=" + selector + ", algorithm=" + algorithm + "]";
    }
}
