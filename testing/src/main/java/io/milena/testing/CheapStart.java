package io.milena.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines of JVMs that are started often, at little cost in CPU: with little compiling and collecting, and with the
 * classes in an archive (AppCDS), which the first orderly end writes.
 */
public final class CheapStart {
    private CheapStart() {}

    /** Options of the JVM; {@code archive} need not exist, and belongs to one class path. */
    public static List<String> options(Path archive) {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xlog:disable",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive);
    }

    /**
     * Class path and main class of a Quarkus application, in place of {@code -jar}: on a flat class path, since an archive
     * holds classes of the application class loader only.
     *
     * @param app the directory with {@code quarkus-run.jar}
     * @param before class path elements that come first, each with a colon behind it
     */
    public static List<String> application(Path app, String before) throws IOException {
        var command = new ArrayList<String>();
        // As the manifest of the jar asks for.
        for (var opened : List.of("java.lang", "java.nio", "jdk.internal.misc")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(before + "%1$s/quarkus/*:%1$s/app/*:%1$s/lib/boot/*:%1$s/lib/main/*".formatted(app));
        command.add(mainClass(app));
        return command;
    }

    /** Behind a magic number and a version, as Quarkus's own start reads it. */
    private static String mainClass(Path app) throws IOException {
        try (var data = new DataInputStream(Files.newInputStream(app.resolve("quarkus/quarkus-application.dat")))) {
            data.readInt();
            data.readInt();
            return data.readUTF();
        }
    }
}
