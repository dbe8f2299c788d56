package io.milena.standalone.split;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.milena.embedded.StartException;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One process of the platform and its command line, stored in {@code run/NAME.json}.
 *
 * @param command the whole command line
 * @param readyUrl URL that answers 200 when the part is ready; without one the part prints that it is
 */
record Part(String name, List<String> command, Optional<String> readyUrl) {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    void save(DataDirectory data) {
        try {
            PrivateFile.write(
                    file(data, name), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Part load(DataDirectory data, String name) {
        var file = file(data, name);
        if (!name.matches("[a-z0-9-]+") || !Files.exists(file)) {
            throw new StartException(
                    "there is no part %s in %s: ./milena up --split makes them".formatted(name, data.root()));
        }
        try {
            return JSON.readValue(file.toFile(), Part.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the last start on the directory had such a part. */
    static boolean exists(DataDirectory data, String name) {
        return name.matches("[a-z0-9-]+") && Files.exists(file(data, name));
    }

    private static Path file(DataDirectory data, String name) {
        return data.run().resolve(name + ".json");
    }
}
