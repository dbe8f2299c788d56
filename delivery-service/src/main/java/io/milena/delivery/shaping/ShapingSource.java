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
 * The {@link Shaping} in force. {@link #refresh} reads a change of the operator's file; a file that is not valid
 * changes nothing. Thread-safe.
 */
public final class ShapingSource {
    private static final Logger LOG = Logger.getLogger(ShapingSource.class);
    /** The name of our file for operators. */
    private static final String SHIPPED = "shipped shaping.yaml";

    private final Optional<Path> file;
    private final ShapingFile shipped;
    private volatile String taken = "";
    private volatile Shaping current;

    /** Throws {@link ShapingException} if the file is not valid or does not exist, so that the start fails. */
    public ShapingSource(Optional<Path> file) {
        this.file = file;
        this.shipped = ShapingFile.parse(SHIPPED, shippedText());
        this.current = read(file.map(ShapingSource::text).orElse(""));
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
        var shaping = Shaping.of(shipped, operators);
        taken = text;
        return shaping;
    }

    public Shaping current() {
        return current;
    }

    /**
     * Call it often. The file is small and read whole, since its time does not tell: a mounted file changes by a link.
     */
    public void refresh() {
        if (file.isEmpty()) {
            return;
        }
        String text = "";
        try {
            text = text(file.get());
            if (text.equals(taken)) {
                return;
            }
            current = read(text);
            LOG.infof("%s has been taken up", file.get());
        } catch (ShapingException e) {
            // Logged once for each change.
            if (!text.equals(taken)) {
                LOG.errorf("the change is not taken up: %s", e.getMessage());
                taken = text;
            }
        }
    }
}
