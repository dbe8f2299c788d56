package io.milena.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * Mistakes in the platform that a round must find. Each changes one class: its source is changed and compiled when a round
 * begins, and stands before the others on the class path of the parts that are named. Production code has no switch for
 * it.
 */
enum Mutant {
    NONE("", "", "", "", Set.of()),
    /** The client gets 250 before the broker has the message. */
    REPLY_BEFORE_APPEND(
            "ingest-service",
            "ingest-service/src/main/java/io/milena/ingest/message/MailPublisher.java",
            "            producer.send(next.mail(), next.callback());",
            """
            if (next.mail().topic().equals(Topics.BODIES)) {
                producer.send(next.mail(), next.callback());
            } else {
                next.callback().onCompletion(null, null);
                producer.send(next.mail());
            }
            """,
            Set.of("ingest")),
    /** Progress passes a message when it is read, not when its outcome is written. */
    COMMIT_BEFORE_OUTCOME(
            "delivery-service",
            "delivery-service/src/main/java/io/milena/delivery/outbound/OutboundLoop.java",
            "            destinations.accept(partition, progress, entry, read(record, progress));",
            """
            destinations.accept(partition, progress, entry, read(record, progress));
            progress.finish(entry);
            """,
            Set.of("delivery")),
    /** Transactions of a replica that the group has expelled are committed. */
    NO_FENCING(
            "delivery-service",
            "topics/src/main/java/io/milena/topics/kafka/Transactor.java",
            "producer.sendOffsetsToTransaction(progress, group);",
            "producer.sendOffsetsToTransaction(progress, new ConsumerGroupMetadata(group.groupId()));",
            Set.of("delivery")),
    /** The leader's word is enough for a 250. */
    ACKS_ONE(
            "ingest-service",
            "topics/src/main/java/io/milena/topics/kafka/KafkaClients.java",
            "        config.putAll(more);\n        return config;\n    }\n\n    /**\n     * A consumer outside",
            """
                config.putAll(more);
                if (!more.containsKey("transactional.id")) {
                    config.put("acks", "1");
                    config.put("enable.idempotence", false);
                }
                return config;
            }

            /**
             * A consumer outside\
            """,
            Set.of("ingest"));

    private final String module;
    private final String source;
    private final String original;
    private final String changed;
    private final Set<String> parts;

    Mutant(String module, String source, String original, String changed, Set<String> parts) {
        this.module = module;
        this.source = source;
        this.original = original;
        this.changed = changed;
        this.parts = parts;
    }

    /** As on the command line, for instance {@code acks-one}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Throws with a sentence for the user. */
    static Mutant of(String word) {
        return Arrays.stream(values())
                .filter(mutant -> mutant != NONE && mutant.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--mutant " + word + " (expected: "
                        + Arrays.stream(values())
                                .filter(mutant -> mutant != NONE)
                                .map(Mutant::word)
                                .collect(Collectors.joining(", "))
                        + ")"));
    }

    boolean changes(String kind) {
        return parts.contains(kind);
    }

    /** Path of the class's source in the project. */
    String source() {
        return source;
    }

    /** The source with the mistake. */
    String changed(String text) throws IOException {
        if (text.split(Pattern.quote(original), -1).length != 2) {
            throw new IOException(word() + ": " + source + " has changed, and the mutation does not fit any more");
        }
        return text.replace(original, changed);
    }

    /** Compiles the changed class of the project at {@code home} into a jar in {@code work}, and returns the jar. */
    Path compile(Path home, Path work) throws IOException {
        var text = changed(Files.readString(home.resolve(source)));
        var sources = Files.createDirectories(work.resolve("source"));
        var classes = Files.createDirectories(work.resolve("classes"));
        var file = sources.resolve(Path.of(source).getFileName());
        Files.writeString(file, text);
        var app = home.resolve(module + "/target/quarkus-app");
        run("javac", List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", jars(app), file.toString()));
        var jar = work.resolve(word() + ".jar");
        run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
        return jar;
    }

    private static String jars(Path app) throws IOException {
        try (var files = Files.walk(app)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private void run(String tool, List<String> arguments) throws IOException {
        int status = ToolProvider.findFirst(tool)
                .orElseThrow(() -> new IOException("a JDK is needed: there is no " + tool))
                .run(System.out, System.err, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IOException(word() + ": " + tool + " failed");
        }
    }
}
