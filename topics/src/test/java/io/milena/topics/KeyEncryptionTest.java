package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.topics.KeyEncryption.Owner;
import io.milena.topics.KeyEncryption.UnreadableKeyException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyEncryptionTest {
    private static final String KEY = "MC4CAQAwBQYDK2VwBCIEIEUcDXfCfjvZahe2Gj4vyQ2dSK7KBbsrxAVDkNq6kHSV";
    private static final Owner OWNER = new Owner("a1", "shop.example", "m1e");
    private static final String FIRST = KeyEncryption.newEntry("k1");
    private static final String SECOND = KeyEncryption.newEntry("k2");

    private final KeyEncryption encryption = KeyEncryption.parse(FIRST);

    @Test
    void aPrivateKeyComesBackForItsOwnerAndNothingOfItIsSeen() throws UnreadableKeyException {
        var stored = encryption.seal(OWNER, KEY);

        assertThat(stored).startsWith("v1:k1:");
        var octets = new String(Base64.getDecoder().decode(stored.substring(6)), StandardCharsets.ISO_8859_1);
        assertThat(octets)
                .doesNotContain(KEY.substring(0, 8))
                .doesNotContain(
                        new String(Base64.getDecoder().decode(KEY), StandardCharsets.ISO_8859_1).substring(0, 4));
        assertThat(encryption.open(OWNER, stored)).isEqualTo(KEY);
        assertThat(encryption.isCurrent(stored)).isTrue();
        assertThat(encryption.seal(OWNER, KEY)).as("the nonce differs").isNotEqualTo(stored);
    }

    @Test
    void aStoredTextCannotBeMoved() {
        var stored = encryption.seal(OWNER, KEY);

        for (var other : new Owner[] {
            new Owner("a2", "shop.example", "m1e"),
            new Owner("a1", "shop2.example", "m1e"),
            new Owner("a1", "shop.example", "m1r"),
            // The parts cannot run into one another.
            new Owner("a1shop", ".example", "m1e"),
            new Owner("a1", "shop.examplem", "1e")
        }) {
            assertThatThrownBy(() -> encryption.open(other, stored))
                    .isInstanceOf(UnreadableKeyException.class)
                    .hasMessage("it was not encrypted with the key k1 for this domain, or was changed");
        }
    }

    @Test
    void aChangeOfAnyOctetIsSeen() {
        byte[] sealed = Base64.getDecoder().decode(encryption.seal(OWNER, KEY).substring(6));

        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            var stored = "v1:k1:" + Base64.getEncoder().encodeToString(changed);
            assertThatThrownBy(() -> encryption.open(OWNER, stored)).isInstanceOf(UnreadableKeyException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v1:k1:", "v1:k1:AAAA", "v1:k1:====", "v1:k1", "v1:k1:AAAA:AAAA", "v2:k1:AAAA", ":", "v1::AAAA"})
    void nonsenseIsUnreadable(String stored) {
        assertThatThrownBy(() -> encryption.open(OWNER, stored)).isInstanceOf(UnreadableKeyException.class);
    }

    @Test
    void theFirstKeyEncryptsAndAllDecrypt() throws UnreadableKeyException {
        var old = encryption.seal(OWNER, KEY);
        // A file has one in a line.
        var both = KeyEncryption.parse(SECOND + "\n" + FIRST + "\n");

        assertThat(both.open(OWNER, old)).isEqualTo(KEY);
        assertThat(both.isCurrent(old)).isFalse();
        assertThat(KeyEncryption.keyOf(both.seal(OWNER, KEY))).isEqualTo("k2");
        assertThatThrownBy(() -> KeyEncryption.parse(SECOND).open(OWNER, old))
                .hasMessage("it is encrypted with the key k1, which milena.keys.encryption does not have");
        // Another key of the same name.
        assertThatThrownBy(
                        () -> KeyEncryption.parse(KeyEncryption.newEntry("k1")).open(OWNER, old))
                .isInstanceOf(UnreadableKeyException.class);
    }

    @Test
    void aPrivateKeyInClearIsReadAndCanBeWantedSo() throws UnreadableKeyException {
        assertThat(encryption.open(OWNER, KEY)).isEqualTo(KEY);
        assertThat(encryption.isCurrent(KEY)).isFalse();

        var off = KeyEncryption.parse("none," + FIRST);
        assertThat(off.isOff()).isTrue();
        assertThat(off.seal(OWNER, KEY)).isEqualTo(KEY);
        assertThat(off.open(OWNER, encryption.seal(OWNER, KEY))).isEqualTo(KEY);
    }

    @Test
    void withoutAKeyNothingIsStored() throws UnreadableKeyException {
        var none = KeyEncryption.parse(" ");

        assertThat(none.open(OWNER, KEY)).isEqualTo(KEY);
        assertThatThrownBy(() -> none.seal(OWNER, KEY)).hasMessageStartingWith("milena.keys.encryption is not set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
                "k1:c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
                "k1:secret-which-is-no-base64",
                "none:c2VjcmV0",
                "k 1:c2VjcmV0",
                ":c2VjcmV0"
            })
    void aMistakeIsNamedWithoutTheKey(String setting) {
        assertThatThrownBy(() -> KeyEncryption.parse(SECOND + "," + setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("milena.keys.encryption: entry ")
                .message()
                .doesNotContain("c2Vj", "secret", SECOND.substring(3));
    }

    @Test
    void aNameStandsForOneKey() {
        assertThatThrownBy(() -> KeyEncryption.parse(FIRST + "," + KeyEncryption.newEntry("k1")))
                .hasMessage("milena.keys.encryption: entry 2 has the name k1 again");
        assertThat(encryption).hasToString("KeyEncryption[k1]");
    }
}
