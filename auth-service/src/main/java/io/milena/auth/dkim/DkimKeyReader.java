package io.milena.auth.dkim;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;

/**
 * Reads a private key as other tools keep it: PEM or base64 of DER, PKCS#8 (RFC 5958) or PKCS#1 (RFC 8017 §A.1.2), or
 * the base64 of an Ed25519 seed as RFC 8463 shows it. A trial signature has been made and verified with each key
 * returned.
 */
public final class DkimKeyReader {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final int ED25519_OCTETS = 32;

    private DkimKeyReader() {}

    public static DkimKeyPair read(String selector, String text) throws UnusableKeyException {
        byte[] der = der(text);
        DkimKeyPair pair;
        try {
            pair = der.length == ED25519_OCTETS ? DkimKeyPair.ofEd25519(selector, der) : parse(selector, der);
        } catch (IOException | RuntimeException e) {
            throw new UnusableKeyException("neither PKCS#8 nor PKCS#1", e);
        }
        proveUsable(pair);
        return pair;
    }

    private static byte[] der(String text) throws UnusableKeyException {
        var base64 = text;
        if (text.contains("-----BEGIN ")) {
            base64 = pemPrivateKey(text);
        }
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("neither PEM nor base64", e);
        }
    }

    private static String pemPrivateKey(String text) throws UnusableKeyException {
        var block = PEM.matcher(text);
        while (block.find()) {
            var label = block.group(1);
            // Encrypted PKCS#1 files have headers of RFC 1421.
            if (label.equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("Proc-Type")) {
                throw new UnusableKeyException("encrypted with a passphrase (expected: in clear)");
            }
            if (label.endsWith("PRIVATE KEY")) {
                return block.group(2);
            }
        }
        throw new UnusableKeyException("PEM without a private key");
    }

    private static DkimKeyPair parse(String selector, byte[] der) throws IOException, UnusableKeyException {
        var sequence = ASN1Sequence.getInstance(der);
        // PKCS#1 has the modulus where PKCS#8 has the algorithm.
        if (sequence.getObjectAt(1) instanceof ASN1Integer) {
            return rsa(selector, RSAPrivateKey.getInstance(sequence));
        }
        var key = PrivateKeyInfo.getInstance(sequence);
        var algorithm = key.getPrivateKeyAlgorithm().getAlgorithm();
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return rsa(selector, RSAPrivateKey.getInstance(key.parsePrivateKey()));
        }
        if (algorithm.equals(DkimKeyPair.ED25519)) {
            return DkimKeyPair.ofEd25519(
                    selector, ASN1OctetString.getInstance(key.parsePrivateKey()).getOctets());
        }
        throw new UnusableKeyException("neither RSA nor Ed25519");
    }

    private static DkimKeyPair rsa(String selector, RSAPrivateKey key) throws UnusableKeyException {
        int bits = key.getModulus().bitLength();
        // RFC 8301 §3.2: signers must not use less, and verifiers need not know more.
        if (bits < 1024 || bits > 4096) {
            throw new UnusableKeyException("RSA with " + bits + " bits (expected: 1024 to 4096)");
        }
        return DkimKeyPair.ofRsa(selector, key);
    }

    private static void proveUsable(DkimKeyPair pair) throws UnusableKeyException {
        boolean rsa = pair.algorithm().equals("rsa");
        try {
            byte[] pkcs8 = Base64.getDecoder().decode(pair.privateKey());
            var keys = KeyFactory.getInstance(rsa ? "RSA" : "Ed25519");
            var privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            var signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
            signature.initSign(privateKey);
            signature.update(pkcs8);
            byte[] signed = signature.sign();
            if (rsa) {
                signature.initVerify(keys.generatePublic(
                        new X509EncodedKeySpec(Base64.getDecoder().decode(pair.publicKey()))));
                signature.update(pkcs8);
                if (!signature.verify(signed)) {
                    throw new UnusableKeyException("its numbers do not belong together");
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnusableKeyException("it cannot sign", e);
        }
    }
}
