package io.milena.standalone.operator;

import io.milena.embedded.StartException;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.Secrets;
import io.milena.standalone.split.PartState;
import io.milena.standalone.split.SplitCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The address and token of a platform: from the command line, the environment, or the data directory of a platform on
 * this machine. A data directory's token is sent to no other platform.
 */
record Endpoint(URI url, String token, Optional<Local> local) {
    private static final String STANDALONE = "standalone";
    private static final String SETTINGS = ".properties";
    private static final String ADMIN_TOKEN = "milena.bootstrap.admin-token";

    static Endpoint of(PlatformOptions options, String service, Map<String, String> environment) {
        var url = url(options, environment);
        var tokenFile = given(options.tokenFile, options, "MILENA_TOKEN_FILE", environment);
        if (url.isPresent()) {
            var file = tokenFile.orElseThrow(
                    () -> new UsageException(
                            "a platform elsewhere needs --token-file FILE or MILENA_TOKEN_FILE, the file with its admin token"));
            return new Endpoint(parse(url.get()), read(Path.of(file)), Optional.empty());
        }
        var data = data(options);
        var settings = settings(data, service);
        return new Endpoint(
                local(settings),
                tokenFile.map(file -> read(Path.of(file))).orElseGet(() -> token(settings)),
                Optional.of(new Local(data, service)));
    }

    /**
     * All processes of a platform by name; for a platform elsewhere, only the one at its address. They have no token,
     * since health and version need none.
     */
    static Map<String, Endpoint> parts(PlatformOptions options, Map<String, String> environment) {
        var url = url(options, environment);
        if (url.isPresent()) {
            return Map.of("milena", new Endpoint(parse(url.get()), "", Optional.empty()));
        }
        var data = data(options);
        var parts = new TreeMap<String, Endpoint>();
        for (var file : files(data, any -> true)) {
            var name = file.getFileName().toString().replace(SETTINGS, "");
            parts.put(
                    name.equals(STANDALONE) ? "milena" : name,
                    new Endpoint(local(properties(file)), "", Optional.of(new Local(data, name))));
        }
        return parts;
    }

    /** The data directory of a platform on this machine, and the name of a part. */
    record Local(Path data, String part) {}

    /** A sentence if the part belongs to this machine and its process does not run. */
    Optional<String> stopped() {
        return local.flatMap(part -> stopped(new DataDirectory(part.data()), part.part()));
    }

    private static Optional<String> stopped(DataDirectory data, String part) {
        var state = SplitCommands.state(data, part).map(PartState::state);
        if (data.isAtRest() && state.filter(PartState.State.RUNNING::equals).isEmpty()) {
            return Optional.of(
                    "no platform runs on %s: milena up --data %s starts it".formatted(data.root(), data.root()));
        }
        return state.flatMap(known -> switch (known) {
            case RUNNING -> Optional.<String>empty();
            case STOPPED ->
                Optional.of("%s is stopped: milena start %s --data %s starts it".formatted(part, part, data.root()));
            case ENDED ->
                Optional.of("%s has ended by itself: milena logs %s --data %s may say why"
                        .formatted(part, part, data.root()));
        });
    }

    /** The settings given to the process that has this service; empty if no platform was started on the directory. */
    static Optional<Properties> settingsOf(PlatformOptions options, String service) {
        try {
            return Optional.of(settings(data(options), service));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    /** The data directory, absolute; empty for a platform elsewhere. */
    static Optional<Path> directory(PlatformOptions options, Map<String, String> environment) {
        return url(options, environment).isPresent() ? Optional.empty() : Optional.of(data(options));
    }

    private static Optional<String> url(PlatformOptions options, Map<String, String> environment) {
        return given(options.url, options, "MILENA_URL", environment);
    }

    /** The option, else the variable, which counts only if the command line names no data directory. */
    private static Optional<String> given(
            Optional<String> option, PlatformOptions options, String variable, Map<String, String> environment) {
        return option.or(() -> options.data.isPresent()
                ? Optional.empty()
                : Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank()));
    }

    private static Path data(PlatformOptions options) {
        return options.data.orElse(Path.of("data")).toAbsolutePath().normalize();
    }

    private static URI parse(String text) {
        try {
            var url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // The exception below says it.
        }
        throw new UsageException(text + " is no URL (expected: http://HOST:PORT or https://HOST)");
    }

    /** The settings given to the latest process on the directory: the whole platform, or this service's part. */
    private static Properties settings(Path data, String service) {
        var files = files(data, name -> name.equals(STANDALONE) || name.equals(service));
        return properties(files.getFirst());
    }

    /**
     * The settings files of the latest start on the directory: one for a platform in one process, or one for each part.
     */
    private static List<Path> files(Path data, Predicate<String> wanted) {
        var run = data.resolve("run");
        var none = new RefusedException("no platform has been started on "
                + data
                + ": --data DIR says where one has, --url URL (or MILENA_URL) where one is");
        if (!Files.isDirectory(run)) {
            throw none;
        }
        try (var all = Files.list(run)) {
            var files = all.filter(file -> file.toString().endsWith(SETTINGS)
                            && wanted.test(file.getFileName().toString().replace(SETTINGS, "")))
                    .sorted(Comparator.comparing(Endpoint::modified).reversed())
                    .toList();
            if (files.isEmpty()) {
                throw none;
            }
            boolean inOne = isStandalone(files.getFirst());
            return files.stream().filter(file -> isStandalone(file) == inOne).toList();
        } catch (IOException e) {
            throw new RefusedException("the directory " + run + " cannot be read: " + e.getMessage());
        }
    }

    private static boolean isStandalone(Path file) {
        return file.getFileName().toString().equals(STANDALONE + SETTINGS);
    }

    private static Properties properties(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return properties;
        } catch (IOException e) {
            throw new RefusedException("the file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI local(Properties settings) {
        return URI.create("http://" + reachable(settings.getProperty("quarkus.http.host", "127.0.0.1")) + ":"
                + settings.getProperty("quarkus.http.port"));
    }

    /** The address at which a server that listens on this one is reached from here. */
    static String reachable(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    }

    private static String token(Properties settings) {
        var token = settings.getProperty(ADMIN_TOKEN);
        if (token != null) {
            return token;
        }
        var file = settings.getProperty(ADMIN_TOKEN + "-file");
        if (file == null) {
            throw new RefusedException("no admin token is configured there: --token-file FILE names one");
        }
        return read(Path.of(file));
    }

    private static String read(Path file) {
        try {
            return Secrets.read(file);
        } catch (StartException e) {
            throw new RefusedException(e.getMessage());
        }
    }

    /** Omits the token, since this may come into a log. */
    @Override
    public String toString() {
        return url.toString();
    }
}
