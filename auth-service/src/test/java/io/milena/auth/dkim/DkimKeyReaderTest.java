package io.milena.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DkimKeyReaderTest {
    static Stream<String> sameRsaKey() {
        return Stream.of(
                KeyFiles.RSA_PKCS1,
                KeyFiles.RSA_PKCS8,
                KeyFiles.RSA_PKCS1.replace("\n", "\r\n"),
                "Bag Attributes: none\n" + KeyFiles.RSA_PKCS8 + "\n",
                KeyFiles.read("rsa-public.pem") + "\n" + KeyFiles.RSA_PKCS1,
                body(KeyFiles.RSA_PKCS1),
                body(KeyFiles.RSA_PKCS8),
                body(KeyFiles.RSA_PKCS8).replace("\n", ""));
    }

    @ParameterizedTest
    @MethodSource("sameRsaKey")
    void anRsaKeyIsTheSameInAllItsForms(String text) throws Exception {
        var pair = DkimKeyReader.read("s1", text);

        assertThat(pair.selector()).isEqualTo("s1");
        assertThat(pair.algorithm()).isEqualTo("rsa");
        assertThat(pair.publicKey()).isEqualTo(KeyFiles.RSA_PUBLIC);
        assertThat(pair.privateKey()).isEqualTo(body(KeyFiles.RSA_PKCS8).replace("\n", ""));
    }

    @Test
    void anEd25519KeyIsReadFromPkcs8() throws Exception {
        for (var text : new String[] {KeyFiles.ED25519_PKCS8, body(KeyFiles.ED25519_PKCS8)}) {
            var pair = DkimKeyReader.read("s1", text);

            assertThat(pair.algorithm()).isEqualTo("ed25519");
            assertThat(pair.publicKey()).isEqualTo(KeyFiles.ED25519_PUBLIC);
            assertThat(pair.privateKey()).isEqualTo(body(KeyFiles.ED25519_PKCS8).replace("\n", ""));
        }
    }

    // RFC 8463 §A.2
    @Test
    void anEd25519KeyIsReadFromItsSeed() throws Exception {
        var pair = DkimKeyReader.read("brisbane", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");

        assertThat(pair.publicKey()).isEqualTo("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    }

    static Stream<Arguments> unusable() {
        byte[] flipped = Base64.getMimeDecoder().decode(body(KeyFiles.RSA_PKCS8));
        flipped[flipped.length / 2] ^= 1;
        return Stream.of(
                Arguments.of("", "PKCS"),
                Arguments.of("not a key!", "neither PEM nor base64"),
                Arguments.of("AAAA", "neither PKCS#8 nor PKCS#1"),
                Arguments.of("MAA=", "neither PKCS#8 nor PKCS#1"),
                Arguments.of(KeyFiles.RSA_PUBLIC, "neither PKCS#8 nor PKCS#1"),
                Arguments.of(KeyFiles.read("rsa-public.pem"), "PEM without a private key"),
                Arguments.of(KeyFiles.RSA_PKCS1.substring(0, 400), "PEM without a private key"),
                Arguments.of(KeyFiles.read("rsa-pkcs1-encrypted.pem"), "passphrase"),
                Arguments.of(KeyFiles.read("rsa-pkcs8-encrypted.pem"), "passphrase"),
                Arguments.of(KeyFiles.read("ec-pkcs8.pem"), "neither RSA nor Ed25519"),
                Arguments.of(KeyFiles.read("rsa-512.pem"), "512 bits"),
                Arguments.of(Base64.getEncoder().encodeToString(flipped), ""));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void whatIsNoUsableKeyIsRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> DkimKeyReader.read("s1", text))
                .isInstanceOf(UnusableKeyException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsGeneratedCanBeRead() throws Exception {
        for (var pair : DkimKeyPair.generate()) {
            assertThat(DkimKeyReader.read(pair.selector(), pair.privateKey())).isEqualTo(pair);
        }
    }

    @Test
    void aKeyIsNotPrinted() {
        var pair = DkimKeyPair.generate().getFirst();
        assertThat(pair.toString()).doesNotContain(pair.privateKey());
    }

    private static String body(String pem) {
        return pem.replaceAll("-----[A-Z0-9 ]+-----", "").strip();
    }
}
