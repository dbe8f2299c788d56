package io.milena.bench.micro;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Contents of messages as they come: lines end in CRLF. */
enum SomeContent {
    /** Lines of words, some of which begin with a dot. */
    TEXT {
        @Override
        String of(int octets, Random random) {
            var text = new StringBuilder();
            while (text.length() < octets) {
                int end = text.length() + 40 + random.nextInt(36);
                if (random.nextInt(200) == 0) {
                    text.append('.');
                }
                while (text.length() < end) {
                    text.append("abcdefghijklmnopqrstuvwxyz", 0, 1 + random.nextInt(9))
                            .append(' ');
                }
                text.setCharAt(text.length() - 1, '.');
                text.append("\r\n");
            }
            return text.toString();
        }
    },
    /** An attachment. */
    BASE64 {
        @Override
        String of(int octets, Random random) {
            byte[] file = new byte[octets * 3 / 4];
            random.nextBytes(file);
            return Base64.getMimeEncoder().encodeToString(file) + "\r\n";
        }
    };

    abstract String of(int octets, Random random);

    byte[] octets(int octets) {
        return of(octets, new Random(1)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
