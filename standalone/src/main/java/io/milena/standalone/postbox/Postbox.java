package io.milena.standalone.postbox;

import io.milena.standalone.platform.PrivateFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Keeps the last {@value #LIMIT} messages, each in a file, newest first. Thread-safe. */
public final class Postbox {
    /** Upper bound of kept messages; the oldest one goes first. */
    public static final int LIMIT = 1000;

    private static final int MOST_WATCHERS = 256;
    private static final Logger LOG = Logger.getLogger(Postbox.class);

    private final Path directory;
    private final int limit;
    private final Deque<Kept> newestFirst = new ArrayDeque<>();
    private final Set<Runnable> watchers = ConcurrentHashMap.newKeySet();
    private long lastId;
    private long version;

    /** The messages of the list; {@code version} changes whenever they do. */
    record Listing(long version, List<Summary> messages) {}

    /** @param words the text that a search looks through beside the summary, in lower case */
    private record Kept(Summary summary, String words) {
        static Kept of(long id, Instant received, int size, Texts texts) {
            return new Kept(Summary.of(id, received, size, texts), texts.words());
        }

        long id() {
            return summary.id();
        }
    }

    public Postbox(Path directory) {
        this(directory, LIMIT);
    }

    Postbox(Path directory, int limit) {
        this.directory = directory;
        this.limit = limit;
        load();
    }

    /** Keeps a message that has arrived. */
    void keep(String reversePath, List<String> forwardPaths, byte[] content) {
        var delivered = new ByteArrayOutputStream(content.length + 256);
        // RFC 5321 §4.4: final delivery notes the reverse-path. The forward-paths are noted as other servers do it.
        delivered.writeBytes(header("Return-Path", "<" + reversePath + ">"));
        forwardPaths.forEach(path -> delivered.writeBytes(header("X-Original-To", path)));
        delivered.writeBytes(content);
        byte[] bytes = delivered.toByteArray();
        var texts = Texts.of(bytes);
        synchronized (this) {
            long id = ++lastId;
            PrivateFile.write(file(id), bytes);
            newestFirst.push(Kept.of(id, Instant.now(), bytes.length, texts));
            forgetOldest();
            version++;
        }
        watchers.forEach(Runnable::run);
    }

    Listing list() {
        return list(Query.ALL);
    }

    Listing list(Query query) {
        List<Kept> candidates;
        long now;
        synchronized (this) {
            now = version;
            candidates = newestFirst.stream()
                    .takeWhile(kept -> kept.id() > query.after())
                    .toList();
        }
        return new Listing(
                now,
                candidates.stream()
                        .filter(kept -> query.matches(kept.summary(), kept.words()))
                        .map(Kept::summary)
                        .toList());
    }

    /** The id of the latest message, whether or not it is still kept. */
    synchronized long lastId() {
        return lastId;
    }

    /**
     * Runs {@code watcher} after each new message, on the thread that brings it; returns false if
     * {@value #MOST_WATCHERS} others watch.
     */
    boolean watch(Runnable watcher) {
        return watchers.size() < MOST_WATCHERS && watchers.add(watcher);
    }

    void unwatch(Runnable watcher) {
        watchers.remove(watcher);
    }

    synchronized Optional<Summary> summary(long id) {
        return newestFirst.stream()
                .filter(kept -> kept.id() == id)
                .map(Kept::summary)
                .findFirst();
    }

    /** The file of a message that is kept. */
    synchronized Optional<Path> find(long id) {
        return summary(id).map(summary -> file(id));
    }

    /** Returns false if there is no such message. */
    synchronized boolean delete(long id) {
        if (!newestFirst.removeIf(kept -> kept.id() == id)) {
            return false;
        }
        delete(file(id));
        version++;
        return true;
    }

    synchronized void clear() {
        while (!newestFirst.isEmpty()) {
            delete(file(newestFirst.removeLast().id()));
        }
        version++;
    }

    private void load() {
        PrivateFile.directory(directory);
        try (var files = Files.list(directory)) {
            var ids = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{12}\\.eml"))
                    .map(name -> Long.valueOf(name.substring(0, 12)))
                    .sorted()
                    .toList();
            for (long id : ids) {
                var file = file(id);
                byte[] content = Files.readAllBytes(file);
                newestFirst.push(
                        Kept.of(id, Files.getLastModifiedTime(file).toInstant(), content.length, Texts.of(content)));
                lastId = id;
            }
            forgetOldest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forgetOldest() {
        while (newestFirst.size() > limit) {
            delete(file(newestFirst.removeLast().id()));
        }
    }

    private Path file(long id) {
        return directory.resolve("%012d.eml".formatted(id));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf(e, "%s stays", file);
        }
    }

    private static byte[] header(String name, String value) {
        return (name + ": " + value.replaceAll("[\\r\\n]", "") + "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
