package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A verifier that others wrote, if this machine has it. It is given the key records in a file, and asks no DNS. */
enum DkimJudge {
    /** Debian 12 has a release that does not know Ed25519. */
    MAIL_DKIM("Mail::DKIM (Debian: libmail-dkim-perl)", List.of("perl", "-MMail::DKIM", "-e", "1")) {
        @Override
        String listen(Path directory, Path keys, Path message) throws IOException {
            var script = directory.resolve("mail-dkim.pl");
            try (var resource = DkimJudge.class.getResourceAsStream("mail-dkim.pl")) {
                Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
            }
            return run(List.of("perl", script.toString(), keys.toString(), message.toString()));
        }
    },
    OPENDKIM("OpenDKIM (Debian: opendkim)", List.of("opendkim", "-V")) {
        @Override
        String listen(Path directory, Path keys, Path message) throws IOException {
            var settings = directory.resolve("opendkim.conf");
            Files.writeString(settings, "Mode v\nSyslog no\nTestPublicKeys " + keys + "\n");
            return run(List.of("opendkim", "-x", settings.toString(), "-t", message.toString(), "-v"));
        }
    };

    /** The verdicts on a signature. */
    enum Verdict {
        HOLDS,
        BROKEN,
        UNKNOWN_ALGORITHM
    }

    private static final Pattern HOLDS =
            Pattern.compile("^\\S+ \\S+ pass|verification .* succeeded", Pattern.MULTILINE);
    private static final Pattern BROKEN =
            Pattern.compile("^\\S+ \\S+ fail|verification .* failed: ", Pattern.MULTILINE);

    private final String title;
    private final List<String> probe;
    private Boolean installed;

    DkimJudge(String title, List<String> probe) {
        this.title = title;
        this.probe = probe;
    }

    /** All that it says of a message. */
    abstract String listen(Path directory, Path keys, Path message) throws IOException;

    String title() {
        return title;
    }

    synchronized boolean isInstalled() {
        if (installed == null) {
            try {
                run(probe);
                installed = true;
            } catch (IOException | AssertionError e) {
                installed = false;
            }
        }
        return installed;
    }

    /** Its verdict on a message with one signature that concerns it. */
    Verdict judge(Path directory, Map<String, String> keyRecords, String message) throws IOException {
        var lines = new ArrayList<String>();
        keyRecords.forEach((name, text) -> lines.add(name + " " + text));
        var keys = Files.write(directory.resolve("keys"), lines);
        var file = Files.writeString(directory.resolve("message.eml"), message, StandardCharsets.ISO_8859_1);
        var said = listen(directory, keys, file);
        if (said.contains("unsupported algorithm")) {
            return Verdict.UNKNOWN_ALGORITHM;
        }
        if (HOLDS.matcher(said).find()) {
            return Verdict.HOLDS;
        }
        assertThat(said).containsPattern(BROKEN);
        return Verdict.BROKEN;
    }

    private static String run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return said;
    }
}
