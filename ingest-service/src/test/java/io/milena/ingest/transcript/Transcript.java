package io.milena.ingest.transcript;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A session written down: {@code C:} a line, {@code C!} raw octets with escapes, {@code S:} a line with {@code *} for
 * what varies, {@code S...} the last line of a reply of several, {@code @…} everything else.
 */
public record Transcript(String name, List<Step> steps) {

    /** One line of the script. */
    public sealed interface Step {
        /** The client sends these octets. */
        record Send(byte[] octets) implements Step {}

        /** The server's next line is this, or, if {@code skipping}, the last line of its next reply is. */
        record Expect(String pattern, boolean skipping) implements Step {}

        /** {@code @port plain} or {@code @port tls}: where to connect; the first step. */
        record Connect(boolean tls) implements Step {}

        /** {@code @tls}: negotiate TLS now. */
        record Handshake() implements Step {}

        /** {@code @close}: the client goes. */
        record Close() implements Step {}

        /** {@code @closed}: the server goes, without another octet. */
        record Closed() implements Step {}

        /** {@code @gone-without TEXT}: the server goes, and the text is not in what it says before. */
        record GoneWithout(String text) implements Step {}

        /** {@code @repeat 20 C: …} and the like: the step this often. */
        record Repeat(int times, Step step) implements Step {}
    }

    public static Transcript parse(String name, String script) {
        var steps = new ArrayList<Step>();
        for (var line : script.lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                steps.addAll(steps(line));
            }
        }
        if (!(steps.getFirst() instanceof Step.Connect)) {
            steps.addFirst(new Step.Connect(false));
        }
        return new Transcript(name, steps);
    }

    private static List<Step> steps(String line) {
        if (line.startsWith("C: ")) {
            return List.of(new Step.Send((line.substring(3) + "\r\n").getBytes(StandardCharsets.UTF_8)));
        }
        if (line.startsWith("C! ")) {
            return List.of(new Step.Send(unescape(line.substring(3))));
        }
        if (line.startsWith("S: ")) {
            return List.of(new Step.Expect(line.substring(3), false));
        }
        if (line.startsWith("S... ")) {
            return List.of(new Step.Expect(line.substring(5), true));
        }
        if (line.startsWith("@repeat ")) {
            var parts = line.split(" ", 3);
            return List.of(
                    new Step.Repeat(Integer.parseInt(parts[1]), steps(parts[2]).getFirst()));
        }
        if (line.startsWith("@gone-without ")) {
            return List.of(new Step.GoneWithout(line.substring(14)));
        }
        return switch (line.strip()) {
            case "@port plain" -> List.of(new Step.Connect(false));
            case "@port tls" -> List.of(new Step.Connect(true));
            // Most sessions begin with implicit TLS, EHLO and a good login.
            case "@login" ->
                List.of(
                        new Step.Connect(true),
                        new Step.Expect("220 *", true),
                        new Step.Send("EHLO client.example\r\n".getBytes(StandardCharsets.US_ASCII)),
                        new Step.Expect("250 *", true),
                        new Step.Send("AUTH PLAIN AGFwaWtleQBzZWNyZXQ=\r\n".getBytes(StandardCharsets.US_ASCII)),
                        new Step.Expect("235 2.7.0 *", true));
            case "@tls" -> List.of(new Step.Handshake());
            case "@close" -> List.of(new Step.Close());
            case "@closed" -> List.of(new Step.Closed());
            default -> throw new IllegalArgumentException("not a line of a transcript: " + line);
        };
    }

    /** {@code \r \n \t \0 \\ \xHH}; {@code \{1000*a}} is a thousand times {@code a}. */
    static byte[] unescape(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '0' -> out.write(0);
                case '\\' -> out.write('\\');
                case 'x' -> {
                    out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                case '{' -> {
                    int end = text.indexOf('}', i);
                    var parts = text.substring(i + 1, end).split("\\*", 2);
                    out.writeBytes(unescape(parts[1].repeat(Integer.parseInt(parts[0]))));
                    i = end;
                }
                default -> throw new IllegalArgumentException("escape: " + escaped);
            }
        }
        return out.toByteArray();
    }
}
