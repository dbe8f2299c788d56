package io.milena.standalone.split;

import io.milena.embedded.StartException;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.Platform;
import io.milena.standalone.platform.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The commands that work on parts as processes. */
public final class SplitCommands {
    /** Time limit of {@code down}: each part may take 45 s, and a platform has some ten. */
    private static final Duration DOWN_LIMIT = Duration.ofMinutes(5);

    private SplitCommands() {}

    /** Starts every part and watches them until SIGTERM, which ends them in order. */
    public static void up(Platform platform) {
        forgetParts(platform.data());
        var parts = new Parts(platform);
        var httpPorts = new ArrayList<>(parts.services());
        if (platform.hasPostbox()) {
            httpPorts.add("postbox");
        }
        platform.requireFreePorts(httpPorts.stream().map(Parts::portKey).toList());
        var supervisor = new Supervisor(platform.data());
        var first = new ArrayList<>(parts.brokers());
        first.add(parts.postgres());
        if (platform.hasPostbox()) {
            first.add(parts.postbox());
        }
        supervisor.start(first);
        supervisor.start(parts.services().stream().map(parts::service).toList());
        Terminal.say(platform.readyMessage(
                "http://localhost:" + platform.settings().port(Parts.portKey("postbox")) + "/inbox"));
        supervisor.watch();
    }

    /** Starts one part again. */
    public static void start(Path root, String name) {
        var data = existing(root);
        var part = Part.load(data, name);
        new PartProcess(data, part.name()).start(part);
        Terminal.say(part.name() + " is ready");
    }

    /** Stops one part and waits until it has ended. */
    public static void stop(Path root, String name) {
        var data = existing(root);
        var part = Part.load(data, name);
        new PartProcess(data, part.name()).stop();
        Terminal.say(part.name() + " has stopped");
    }

    /** Ends the platform that runs on a data directory, in order, and returns when it has ended. */
    public static void down(Path root) {
        var data = existing(root);
        var holder = data.holder();
        if (holder.isEmpty() && stopOrder(data).isEmpty()) {
            Terminal.say("no platform runs on " + data.root());
            return;
        }
        if (holder.isPresent()) {
            end(data, holder.get());
        }
        stopLeftovers(data);
        Terminal.say("the platform on " + data.root() + " has ended");
    }

    private static void end(DataDirectory data, ProcessHandle platform) {
        Terminal.say("ending the platform on %s (pid %d)".formatted(data.root(), platform.pid()));
        platform.destroy();
        try {
            platform.onExit().get(DOWN_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StartException(
                    "it has not ended after %d s (pid %d)".formatted(DOWN_LIMIT.toSeconds(), platform.pid()), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The state of a part of the last start on a data directory; empty if there is no such part. */
    public static Optional<PartState> state(DataDirectory data, String name) {
        if (!Part.exists(data, name)) {
            return Optional.empty();
        }
        var process = new PartProcess(data, name);
        var handle = process.handle();
        if (handle.isPresent()) {
            return Optional.of(
                    new PartState(PartState.State.RUNNING, handle.get().info().startInstant()));
        }
        return Optional.of(new PartState(
                process.recordedPid().isPresent() ? PartState.State.ENDED : PartState.State.STOPPED, Optional.empty()));
    }

    /** Names of the parts of the last start on a data directory; none if it was a single process. */
    public static List<String> parts(DataDirectory data) {
        try (var files = Files.list(data.run())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends parts that outlived a killed supervisor, before the next start on their data directory. */
    public static void stopLeftovers(DataDirectory data) {
        for (var name : stopOrder(data)) {
            var process = new PartProcess(data, name);
            if (process.handle().isPresent()) {
                Terminal.say("Stopping " + name + ", which an earlier run has left");
            }
            process.stop();
        }
    }

    /** Deletes the records of an earlier start's parts, since this start may have others. */
    private static void forgetParts(DataDirectory data) {
        try (var files = Files.list(data.run())) {
            for (var file : files.toList()) {
                if (file.toString().endsWith(".properties") || file.toString().endsWith(".json")) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All parts with a pid file, ingest first and the brokers last. */
    static List<String> stopOrder(DataDirectory data) {
        try (var files = Files.list(data.run())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pid"))
                    .map(name -> name.substring(0, name.length() - ".pid".length()))
                    .sorted(Comparator.comparing(SplitCommands::rank).thenComparing(Comparator.reverseOrder()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int rank(String name) {
        int place = Parts.STOP_ORDER.indexOf(Parts.kind(name));
        return place < 0 ? Parts.STOP_ORDER.size() : place;
    }

    private static DataDirectory existing(Path root) {
        if (!Files.isDirectory(root)) {
            throw new StartException("there is no data directory " + root);
        }
        return new DataDirectory(root);
    }
}
