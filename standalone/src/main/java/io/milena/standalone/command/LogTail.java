package io.milena.standalone.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines that a program appends to a file, also after the file was begun anew. For one thread. */
final class LogTail {
    private final Path file;
    private long position;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

    private LogTail(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** A tail that begins at the present end of the file. */
    static LogTail atEnd(Path file) {
        try {
            return new LogTail(file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole lines written since the last call. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        if (!Files.exists(file)) {
            return lines;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < position) {
                position = 0;
            }
            channel.position(position);
            var buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer.clear()) > 0) {
                position += buffer.position();
                for (int i = 0; i < buffer.position(); i++) {
                    byte octet = buffer.get(i);
                    if (octet == '\n') {
                        lines.add(unfinished.toString(StandardCharsets.UTF_8));
                        unfinished.reset();
                    } else {
                        unfinished.write(octet);
                    }
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
