package io.milena.standalone.platform;

import java.nio.file.Path;
import java.util.List;

/** The first text that a newcomer reads: addresses, and two commands to paste. */
final class ReadyMessage {
    private ReadyMessage() {}

    static String text(
            Path credentials,
            String destination,
            boolean unrestricted,
            List<Integer> smtpPorts,
            List<Integer> tlsPorts,
            String apiKey) {
        var text = new StringBuilder("\nmilena is ready\n\n");
        text.append("  ").append(destination).append('\n');
        if (unrestricted) {
            text.append(
                    "  Its account       sends from any domain that no other account has verified (milena.bootstrap.unrestricted)\n");
        }
        text.append("  Credentials       ").append(credentials).append("\n\nNow try, in another terminal:\n\n");
        if (!smtpPorts.isEmpty()) {
            text.append("""
                      swaks --server 127.0.0.1 --port %d --tls-optional --auth PLAIN --auth-user apikey \\
                        --auth-password %s \\
                        --from anna@example.com --to ben@example.org --h-Subject 'Hello, Milena' --body 'Written by swaks.'

                    """.formatted(smtpPorts.getLast(), apiKey));
        }
        boolean tls = !tlsPorts.isEmpty();
        if (tls || !smtpPorts.isEmpty()) {
            text.append("""
                      printf 'From: anna@example.com\\r\\nTo: ben@example.org\\r\\nSubject: Hello again\\r\\n\\r\\nWritten by curl.\\r\\n' |
                        curl --insecure --ssl --url %s://127.0.0.1:%d --user apikey:%s \\
                        --mail-from anna@example.com --mail-rcpt ben@example.org --upload-file -
                    """.formatted(tls ? "smtps" : "smtp", tls ? tlsPorts.getFirst() : smtpPorts.getLast(), apiKey));
        }
        return text.toString();
    }
}
