package io.milena.delivery.shaping;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The {@link Shaping} that holds now. {@link #refresh} takes up a change of the operator's file; one that can't be taken leaves all as it was. Thread-safe. */
public final class ShapingSource {
    private static final Logger LOG = Logger.getLogger(ShapingSource.class);
    /** What operators call the one that we ship. */
    private static final String SHIPPED = "shipped shaping.yaml";

    private final Optional<Path> file;
    private final ShapingFile shipped;
    private volatile String taken = "";
    private volatile Shaping current;

    /** A file that can't be taken, or isn't there, is a {@link ShapingException}: who starts hears of it. */
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

    /** To be called often. A file is small, and its content tells more than its time: a mounted one changes by a link. */
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
            // Said once for each change.
            if (!text.equals(taken)) {
                LOG.errorf("the change is not taken up: %s", e.getMessage());
                taken = text;
            }
        }
    }
}
