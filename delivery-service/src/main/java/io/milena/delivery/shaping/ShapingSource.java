package io.milena.delivery.shaping;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The {@link Shaping} in force. {@link #refresh} reads a change of the operator's file. While that file is not valid, the
 * last valid one holds, or after a start our own alone, and {@link #problem()} says why. Thread-safe.
 */
public final class ShapingSource {
    private static final Logger LOG = Logger.getLogger(ShapingSource.class);
    /** The name of our file for operators. */
    private static final String SHIPPED = "shipped shaping.yaml";

    private final Optional<Path> file;
    private final ShapingFile shipped;
    /** The text that was read last; empty before that, and while the file cannot be read. */
    private Optional<String> taken = Optional.empty();

    private volatile Shaping current;
    private volatile Optional<String> problem = Optional.empty();

    /** Reads the operator's file, if there is one. */
    public ShapingSource(Optional<Path> file) {
        this.file = file;
        this.shipped = ShapingFile.parse(SHIPPED, shippedText());
        this.current = Shaping.of(shipped, ShapingFile.EMPTY);
        refresh();
    }

    /** Why the operator's file is not in force: its file, line and fault in one sentence. Empty if it is in force. */
    public Optional<String> problem() {
        return problem;
    }

    private static String shippedText() {
        try (InputStream shipped = ShapingSource.class.getResourceAsStream("/shaping.yaml")) {
            if (shipped == null) {
                throw new IllegalStateException("shaping.yaml is not in the jar");
            }
            return new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ShapingException(new Origin(file.toString(), 1), "cannot be read: " + e);
        }
    }

    private Shaping read(String text) {
        var operators = file.map(path -> ShapingFile.parse(path.getFileName().toString(), text))
                .orElse(ShapingFile.EMPTY);
        return Shaping.of(shipped, operators);
    }

    public Shaping current() {
        return current;
    }

    /**
     * Call it often. The file is small and read whole, since its time does not tell: a mounted file changes by a link.
     */
    public synchronized void refresh() {
        if (file.isEmpty()) {
            return;
        }
        try {
            var before = taken;
            taken = Optional.empty();
            var text = text(file.get());
            taken = Optional.of(text);
            if (taken.equals(before)) {
                return;
            }
            current = read(text);
            problem = Optional.empty();
            LOG.infof("the limits of %s are in force", file.get());
        } catch (ShapingException e) {
            // Logged once for each change.
            if (!e.getMessage().equals(problem.orElse(""))) {
                LOG.errorf("%s; the limits that held before still hold", e.getMessage());
            }
            problem = Optional.of(e.getMessage());
        }
    }
}
