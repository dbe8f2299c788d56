package io.milena.topics;

/** Lower-case base 32 without padding: safe where letter case may be lost. */
final class Base32 {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Base32() {}

    static String lower(byte[] bytes, int length) {
        var text = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; i < length; i++) {
            bits = bits << 8 | bytes[i] & 0xff;
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(ALPHABET.charAt(bits >> held & 31));
            }
        }
        if (held > 0) {
            text.append(ALPHABET.charAt(bits << 5 - held & 31));
        }
        return text.toString();
    }
}
