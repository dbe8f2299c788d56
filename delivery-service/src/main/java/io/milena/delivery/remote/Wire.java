package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import io.milena.smtp.ReplyParser;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One socket with lines out and replies in, each step with a deadline. Reading is bounded by {@link ReplyParser}; the
 * {@link Watchdog} ends a write that the remote does not read. Confined to the virtual thread of its session.
 */
final class Wire implements AutoCloseable {
    private static final int MAX_LINE = 4096;

    private final Watchdog watchdog;
    /** The socket below TLS: closing it ends a blocked write, for which closing TLS would wait. */
    private final Socket tcp;

    private final ReplyParser parser = new ReplyParser();
    private final byte[] in = new byte[4096];
    private Socket socket;
    private InputStream input;
    private OutputStream output;
    private int start;
    private int end;
    private volatile long deadline = Long.MAX_VALUE;
    private long attemptEnd = Long.MAX_VALUE;

    Wire(Socket socket, Watchdog watchdog) throws IOException {
        this.watchdog = watchdog;
        this.tcp = socket;
        use(socket);
        watchdog.watch(this);
    }

    /** Continues over another socket (after STARTTLS); input in clear beyond the reply is discarded. */
    void use(Socket next) throws IOException {
        socket = next;
        input = next.getInputStream();
        output = new BufferedOutputStream(next.getOutputStream(), 32 * 1024);
        start = 0;
        end = 0;
    }

    Socket socket() {
        return socket;
    }

    OutputStream output() {
        return output;
    }

    void line(String line) throws IOException {
        output.write(line.getBytes(StandardCharsets.UTF_8));
        output.write('\r');
        output.write('\n');
    }

    /** From now on the attempt has this time, over all of its stages. */
    void begin(Duration attempt) {
        attemptEnd = System.nanoTime() + attempt.toNanos();
    }

    /** From now on the stage has this time, within the attempt. */
    void allow(Duration limit) {
        deadline = Math.min(System.nanoTime() + limit.toNanos(), attemptEnd);
    }

    /** From now on the stage has this time, even beyond the attempt. */
    void allowWholly(Duration limit) {
        deadline = System.nanoTime() + limit.toNanos();
    }

    void flush(String stage) throws SessionBroken {
        try {
            output.flush();
        } catch (IOException e) {
            throw broken(stage, e);
        }
    }

    /** The next reply, shortened to the length that is passed on; waits until the stage's deadline. */
    Reply reply(String stage) throws SessionBroken {
        return wholeReply(stage).shortened();
    }

    /** The next reply, with all of its lines. */
    Reply wholeReply(String stage) throws SessionBroken {
        while (true) {
            switch (parser.accept(readLine(stage))) {
                case ReplyParser.More more -> {}
                case ReplyParser.Complete complete -> {
                    return complete.reply();
                }
                case ReplyParser.Malformed malformed ->
                    throw new SessionBroken(stage, "4.5.0", "malformed reply: " + printable(malformed.line()));
            }
        }
    }

    private String readLine(String stage) throws SessionBroken {
        var line = new StringBuilder(80);
        try {
            while (true) {
                if (start == end) {
                    fill();
                }
                byte octet = in[start++];
                if (octet == '\n') {
                    int length = line.length();
                    if (length > 0 && line.charAt(length - 1) == '\r') {
                        line.setLength(length - 1);
                    }
                    return text(line.toString());
                }
                if (line.length() >= MAX_LINE) {
                    throw new SessionBroken(stage, "4.5.0", "endless reply line: " + printable(line.substring(0, 100)));
                }
                line.append((char) (octet & 0xff));
            }
        } catch (SessionBroken e) {
            throw e;
        } catch (IOException e) {
            throw broken(stage, e);
        }
    }

    /** RFC 6531 §3.7.4: text may be in UTF-8; other text stays one char per octet. */
    private static String text(String octets) {
        if (octets.chars().allMatch(octet -> octet < 128)) {
            return octets;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return octets;
        }
    }

    private void fill() throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("Read timed out");
        }
        socket.setSoTimeout((int) Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
        int count = input.read(in, 0, in.length);
        if (count < 0) {
            throw new IOException("connection closed");
        }
        start = 0;
        end = count;
    }

    SessionBroken broken(String stage, IOException e) {
        boolean late = e instanceof SocketTimeoutException || System.nanoTime() > deadline;
        return new SessionBroken(
                stage,
                late ? "4.4.1" : "4.4.2",
                late ? "timed out" : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    boolean overdue(long nanoTime) {
        return nanoTime > deadline;
    }

    void idle() {
        deadline = Long.MAX_VALUE;
    }

    /**
     * Whether the remote closed it or sent something unasked for, e.g. 421, while it was idle. Blocks for a millisecond
     * at most.
     */
    boolean disturbed() {
        if (start != end) {
            return true;
        }
        try {
            if (input.available() > 0) {
                return true;
            }
            socket.setSoTimeout(1);
            int octet = input.read(in, 0, 1);
            return octet != 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Closes with TLS's own farewell (RFC 8446 §6.1), within the stage's deadline. */
    void leave() {
        try {
            socket.close();
        } catch (IOException e) {
            // It cannot be used any more in either case.
        }
        close();
    }

    /** Closes at once, whatever else uses it; any thread may call it. */
    @Override
    public void close() {
        watchdog.forget(this);
        try {
            tcp.close();
        } catch (IOException e) {
            // It cannot be used any more in either case.
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
