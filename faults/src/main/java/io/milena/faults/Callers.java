package io.milena.faults;

import io.milena.testing.PidFile;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tells which part is at the other end of a connection of this machine, as Linux knows it: by the inode of its socket.
 * All parts have one address, so nothing else tells them apart. Thread-safe.
 */
final class Callers {
    private static final int INODE_FIELD = 9;

    private final List<String> names;
    private final Function<String, PidFile> pids;

    /** {@code names}: of the parts to be told apart. */
    Callers(List<String> names, Function<String, PidFile> pids) {
        this.names = List.copyOf(names);
        this.pids = pids;
    }

    /** The part that opened a connection which was accepted as this socket; empty if it is none of those, or gone. */
    String of(Socket accepted) {
        try {
            var inode = inode(accepted.getPort(), accepted.getLocalPort());
            return inode.isEmpty()
                    ? ""
                    : names.stream()
                            .filter(name -> pids.apply(name)
                                    .pid()
                                    .filter(pid -> has(pid, "socket:[" + inode.get() + "]"))
                                    .isPresent())
                            .findFirst()
                            .orElse("");
        } catch (IOException unknown) {
            return "";
        }
    }

    private static Optional<String> inode(int from, int to) throws IOException {
        var local = ":%04X".formatted(from);
        var remote = ":%04X".formatted(to);
        for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (var lines = Files.lines(Path.of(table))) {
                var found = lines.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local) && fields[2].endsWith(remote))
                        .map(fields -> fields[INODE_FIELD])
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean has(long pid, String socket) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.anyMatch(descriptor -> leadsTo(descriptor, socket));
        } catch (IOException ended) {
            return false;
        }
    }

    private static boolean leadsTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException closed) {
            return false;
        }
    }
}
