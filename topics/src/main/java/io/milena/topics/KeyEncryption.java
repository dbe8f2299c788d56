package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts DKIM private keys for the table and the topic that hold them: AES-256 in GCM (NIST SP 800-38D) with a random
 * nonce of 96 bits. The stored form is {@code v1:ID:BASE64}, of nonce, ciphertext and tag; a text without a colon is a
 * private key in clear, as versions before wrote it. Immutable, thread-safe; no message or log has a key.
 */
public final class KeyEncryption {
    /** The name of the settings of both services. */
    public static final String SETTING = "milena.keys.encryption";

    /** An entry of the setting: private keys are stored in clear. */
    public static final String NONE = "none";

    private static final String VERSION = "v1";
    private static final int KEY_OCTETS = 32;
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** By id, the current one first; {@link #NONE} has no key. */
    private final Map<String, Optional<SecretKey>> keys;

    private KeyEncryption(Map<String, Optional<SecretKey>> keys) {
        this.keys = keys;
    }

    /**
     * Reads entries {@code ID:BASE64} of 32 octets, or {@code none}, separated by commas or white space: the first one
     * encrypts, all decrypt. An empty text gives no key, so that only private keys in clear can be read. Throws
     * {@link IllegalArgumentException} with a sentence that quotes no key.
     */
    public static KeyEncryption parse(String text) {
        var keys = new LinkedHashMap<String, Optional<SecretKey>>();
        int place = 0;
        for (var entry : text.strip().split("[,\\s]+")) {
            if (entry.isEmpty()) {
                continue;
            }
            place++;
            int colon = entry.indexOf(':');
            var id = colon < 0 ? entry : entry.substring(0, colon);
            if (colon < 0
                    ? !id.equals(NONE)
                    : id.equals(NONE) || !ID.matcher(id).matches()) {
                // Not quoted: it may be the key itself.
                throw wrong(place, "has no name (expected: ID:BASE64, or " + NONE + ")");
            }
            if (keys.containsKey(id)) {
                throw wrong(place, "has the name " + id + " again");
            }
            keys.put(id, colon < 0 ? Optional.empty() : Optional.of(key(place, id, entry.substring(colon + 1))));
        }
        return new KeyEncryption(keys);
    }

    private static SecretKey key(int place, String id, String base64) {
        byte[] octets = new byte[0];
        try {
            octets = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Said below, without the text.
        }
        if (octets.length != KEY_OCTETS) {
            throw wrong(place, id + " is no key (expected: base64 of " + KEY_OCTETS + " octets)");
        }
        return new SecretKeySpec(octets, "AES");
    }

    private static IllegalArgumentException wrong(int place, String fault) {
        return new IllegalArgumentException("%s: entry %d %s".formatted(SETTING, place, fault));
    }

    /** A new entry for the setting, with a random key. */
    public static String newEntry(String id) {
        byte[] octets = new byte[KEY_OCTETS];
        RANDOM.nextBytes(octets);
        return id + ":" + Base64.getEncoder().encodeToString(octets);
    }

    /** The name of the key that encrypts, or {@code none}; empty if nothing is configured. */
    public Optional<String> current() {
        return keys.keySet().stream().findFirst();
    }

    /** Whether private keys are stored in clear, as the operator wants it. */
    public boolean isOff() {
        return current().filter(NONE::equals).isPresent();
    }

    /** The names of all entries, the current one first. */
    public List<String> names() {
        return List.copyOf(keys.keySet());
    }

    /** Whether private keys that are stored so can be read; those in clear always can. */
    public boolean knows(String id) {
        return id.equals(NONE) || keys.containsKey(id);
    }

    /** The name of the key that a stored text was encrypted with, {@code none} for a text in clear. */
    public static String keyOf(String stored) {
        var parts = stored.split(":", -1);
        return parts.length > 1 ? parts[1] : NONE;
    }

    /** Whether a text is stored as it would be now. */
    public boolean isCurrent(String stored) {
        return current().filter(keyOf(stored)::equals).isPresent();
    }

    /** The form in which a private key is stored for this owner; throws {@link IllegalStateException} without a key. */
    public String seal(Owner owner, String privateKey) {
        var id = current()
                .orElseThrow(() -> new IllegalStateException(SETTING + " is not set, so no private key can be stored"));
        var key = keys.get(id);
        if (key.isEmpty()) {
            return privateKey;
        }
        byte[] clear = privateKey.getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = new byte[NONCE_OCTETS + clear.length + TAG_BITS / 8];
        byte[] nonce = new byte[NONCE_OCTETS];
        RANDOM.nextBytes(nonce);
        System.arraycopy(nonce, 0, sealed, 0, NONCE_OCTETS);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, key.get(), nonce, id, owner);
            cipher.doFinal(clear, 0, clear.length, sealed, NONCE_OCTETS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work", e);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
        return VERSION + ":" + id + ":" + Base64.getEncoder().encodeToString(sealed);
    }

    /**
     * The private key of a stored text, which must have been stored for this owner.
     *
     * @throws UnreadableKeyException if its key is not configured, or the text was changed or moved
     */
    public String open(Owner owner, String stored) throws UnreadableKeyException {
        if (stored.indexOf(':') < 0) {
            return stored;
        }
        var parts = stored.split(":", -1);
        if (!parts[0].equals(VERSION) || parts.length != 3) {
            throw new UnreadableKeyException("it has a form that this version does not know");
        }
        var id = parts[1];
        // An id of a record is a stranger's text.
        var name = ID.matcher(id).matches() ? "the key " + id : "a key without a proper name";
        var key = Optional.ofNullable(keys.get(id))
                .flatMap(found -> found)
                .orElseThrow(() -> new UnreadableKeyException(
                        "it is encrypted with " + name + ", which " + SETTING + " does not have"));
        byte[] clear = new byte[0];
        try {
            byte[] sealed = Base64.getDecoder().decode(parts[2]);
            if (sealed.length < NONCE_OCTETS + TAG_BITS / 8) {
                throw new AEADBadTagException();
            }
            byte[] nonce = Arrays.copyOf(sealed, NONCE_OCTETS);
            clear = cipher(Cipher.DECRYPT_MODE, key, nonce, id, owner)
                    .doFinal(sealed, NONCE_OCTETS, sealed.length - NONCE_OCTETS);
            return new String(clear, StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnreadableKeyException("it was not encrypted with " + name + " for this domain, or was changed");
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String id, Owner owner)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(String.join("\0", VERSION, id, owner.account(), owner.domain(), owner.selector())
                .getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** Names the keys, not their octets. */
    @Override
    public String toString() {
        return "KeyEncryption" + keys.keySet();
    }

    /** Whose private key it is; a stored text cannot be used for another one. */
    public record Owner(String account, String domain, String selector) {}

    /** A stored private key cannot be decrypted; the message says why and quotes nothing of it. */
    public static final class UnreadableKeyException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableKeyException(String message) {
            super(message);
        }
    }
}
