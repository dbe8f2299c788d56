package io.milena.delivery.dns;

import io.milena.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * DNS zones on loopback, signed by ldns-signzone and served by NSD, both from Debian: {@code test.} has the keys of
 * {@code dane.test.}, whose zone is intact, {@code forged.test.}, in which something was changed, {@code late.test.},
 * whose signatures have expired, and {@code plain.test.}, which has none.
 */
final class SignedZones implements AutoCloseable {
    private static final String HEAD = """
            $TTL 300
            @ SOA ns.test. root.test. 1 3600 600 86400 60
            @ NS ns.test.
            """;

    private final Path directory;
    private final int port;
    private final Process nsd;

    private SignedZones(Path directory, int port, Process nsd) {
        this.directory = directory;
        this.port = port;
        this.nsd = nsd;
    }

    static boolean possible() {
        return Stream.of("/usr/sbin/nsd", "/usr/bin/ldns-signzone")
                .map(Path::of)
                .allMatch(Files::isExecutable);
    }

    static SignedZones serve(Path directory) throws IOException, InterruptedException {
        var child = HEAD + """
                @ MX 10 mx
                mx A 198.51.100.7
                _25._tcp.mx TLSA 3 1 1 %s
                www CNAME mx
                """.formatted("ab".repeat(32));
        var delegated = new ArrayList<String>();
        for (var zone : List.of("dane", "forged", "late")) {
            Files.writeString(directory.resolve(zone), child);
            var late = zone.equals("late") ? new String[] {"-i", "20200101", "-e", "20200201"} : new String[0];
            delegated.add(sign(directory, zone, zone + ".test.", late));
        }
        var forged = directory.resolve("forged.signed");
        Files.writeString(forged, Files.readString(forged).replace("198.51.100.7", "198.51.100.66"));
        Files.writeString(directory.resolve("plain.signed"), child);
        Files.writeString(
                directory.resolve("top"),
                HEAD + "ns A 127.0.0.1\n"
                        + Stream.of("dane", "forged", "late", "plain")
                                .map(zone -> zone + " NS ns.test.\n")
                                .reduce("", String::concat)
                        + String.join("\n", delegated) + "\n");
        sign(directory, "top", "test.");
        int port = FreePorts.take();
        Files.writeString(directory.resolve("nsd.conf"), configuration(directory, port));
        var nsd = new ProcessBuilder("/usr/sbin/nsd", "-d", "-c", directory + "/nsd.conf")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nsd.log").toFile())
                .start();
        return new SignedZones(directory, port, nsd);
    }

    /** Signs a zone file with two new keys, and returns the DS record of its key-signing key. */
    private static String sign(Path directory, String file, String zone, String... more)
            throws IOException, InterruptedException {
        var signing = run(directory, "ldns-keygen", "-a", "ECDSAP256SHA256", "-r", "/dev/urandom", zone);
        var keys = run(directory, "ldns-keygen", "-a", "ECDSAP256SHA256", "-k", "-r", "/dev/urandom", zone);
        var command = new ArrayList<>(List.of("ldns-signzone", "-n", "-o", zone, "-f", file + ".signed"));
        command.addAll(Arrays.asList(more));
        command.addAll(List.of(file, signing, keys));
        run(directory, command.toArray(String[]::new));
        return Files.readString(directory.resolve(keys + ".ds")).strip();
    }

    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(directory.resolve("error.log").toFile())
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + ": " + Files.readString(directory.resolve("error.log")));
        }
        return output;
    }

    private static String configuration(Path directory, int port) {
        var text = new StringBuilder("""
                server:
                  ip-address: 127.0.0.1@%d
                  server-count: 1
                  username: ""
                  chroot: ""
                  database: ""
                  pidfile: "%2$s/nsd.pid"
                  xfrdfile: "%2$s/xfrd.state"
                  zonelistfile: "%2$s/zone.list"
                  xfrdir: "%2$s"
                  zonesdir: "%2$s"
                remote-control:
                  control-enable: no
                """.formatted(port, directory));
        for (var zone : List.of("dane.test", "forged.test", "late.test", "plain.test", "test")) {
            var file = zone.equals("test") ? "top" : zone.replace(".test", "");
            text.append("zone:\n  name: %s\n  zonefile: %s.signed\n".formatted(zone, file));
        }
        return text.toString();
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** The DS record of {@code test.}, from which everything is proved. */
    String anchor() throws IOException {
        try (var files = Files.list(directory)) {
            var file = files.filter(path -> path.getFileName().toString().matches("Ktest\\..*\\.ds"))
                    .map(path -> {
                        try {
                            return Files.readString(path).strip();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .filter(record -> record.contains("DS"))
                    .toList();
            return String.join("\n", file);
        }
    }

    /** The output of NSD, for a failure. */
    String log() throws IOException {
        return Files.readString(directory.resolve("nsd.log"));
    }

    @Override
    public void close() throws InterruptedException {
        nsd.destroy();
        nsd.waitFor();
    }
}
