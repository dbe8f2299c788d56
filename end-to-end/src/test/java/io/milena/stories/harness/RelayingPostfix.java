package io.milena.stories.harness;

import io.milena.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Postfix that passes all mail to one submission server, with an account's name and password, as many sites have it.
 * It has a configuration, a queue and a port of its own and does not touch the system's Postfix. Only root can start
 * one.
 */
public final class RelayingPostfix implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/postfix");
    private static final String SERVICES = """
            127.0.0.1:%d inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final Path directory;
    private final int port;

    private RelayingPostfix(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** The missing prerequisite, in words; empty if nothing is missing. */
    public static Optional<String> missing() {
        if (!Files.isExecutable(PROGRAM)) {
            return Optional.of("Postfix is not installed");
        }
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("Postfix is started by root only");
        }
        // Cyrus SASL loads its mechanisms; Debian has them in libsasl2-modules, which Postfix does not ask for.
        boolean plain = Stream.of("/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
                .anyMatch(folder -> Files.exists(Path.of(folder, "sasl2", "libplain.so")));
        return plain ? Optional.empty() : Optional.of("Postfix has no SASL PLAIN (libsasl2-modules)");
    }

    /**
     * Starts one in an empty directory, which Postfix's own user must be able to enter.
     *
     * @param tlsFromTheStart whether the server's port uses implicit TLS; otherwise STARTTLS is required
     * @param certificate that the server must present, under the name {@code certified}
     */
    public static RelayingPostfix start(
            Path directory,
            InetSocketAddress server,
            boolean tlsFromTheStart,
            Path certificate,
            String certified,
            Platform.Credentials login)
            throws IOException {
        var configuration = Files.createDirectories(directory.resolve("etc"));
        var queue = Files.createDirectories(directory.resolve("queue"));
        for (var folder : new Path[] {directory, configuration, queue}) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        int port = FreePorts.take();
        Files.writeString(configuration.resolve("master.cf"), SERVICES.formatted(port));
        Files.writeString(configuration.resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s/queue
                data_directory = %1$s/data
                maillog_file = %1$s/log
                maillog_file_prefixes = %1$s
                myhostname = postfix.test
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                mydestination =
                alias_maps =
                local_recipient_maps =
                mynetworks = 127.0.0.0/8
                smtpd_peername_lookup = no
                smtpd_relay_restrictions = permit_mynetworks, reject
                relayhost = [127.0.0.1]:%2$d
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = static:%3$s:%4$s
                smtp_sasl_tls_security_options = noanonymous
                smtp_tls_security_level = secure
                smtp_tls_secure_cert_match = %5$s
                smtp_tls_CAfile = %6$s
                smtp_tls_wrappermode = %7$s
                smtp_tls_loglevel = 1
                """.formatted(
                        directory,
                        server.getPort(),
                        login.username(),
                        login.password(),
                        certified,
                        certificate.toAbsolutePath(),
                        tlsFromTheStart ? "yes" : "no"));
        var postfix = new RelayingPostfix(directory, port);
        postfix.command("start");
        Awaitility.await("Postfix listens").until(postfix::listens);
        return postfix;
    }

    private boolean listens() {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it takes mail, without a login. */
    public InetSocketAddress smtp() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    /** Its whole log, for the report of a failure. */
    public String log() throws IOException {
        var said = new StringBuilder();
        for (var name : List.of("output", "log")) {
            var file = directory.resolve(name);
            said.append(Files.exists(file) ? Files.readString(file) : "");
        }
        return said.toString();
    }

    private void command(String command) throws IOException {
        var process = new ProcessBuilder(
                        PROGRAM.toString(), "-c", directory.resolve("etc").toString(), command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output").toFile()))
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroy();
                throw new IllegalStateException("postfix " + command + ":\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the master and its daemons, and returns when they have ended. */
    @Override
    public void close() throws IOException {
        command("stop");
    }
}
