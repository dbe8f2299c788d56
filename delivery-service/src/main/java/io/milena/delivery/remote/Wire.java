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
 * One socket as lines out and replies in, each step with a deadline. Reading is bounded by {@link ReplyParser}; a write that the
 * remote does not take is ended by the {@link Watchdog}. Confined to the virtual thread of its session.
 */
final class Wire implements AutoCloseable {
    private static final int MAX_LINE = 4096;

    private final Watchdog watchdog;
    /** What the TLS socket lies over: closing it ends a write that the remote does not take, which closing TLS would wait for. */
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

    /** Goes on over another socket (after STARTTLS); what was read in clear beyond the reply is thrown away. */
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

    /** From now on the attempt has this long, over all of its stages. */
    void begin(Duration attempt) {
        attemptEnd = System.nanoTime() + attempt.toNanos();
    }

    /** From now on the stage has this long, within the attempt. */
    void allow(Duration limit) {
        deadline = Math.min(System.nanoTime() + limit.toNanos(), attemptEnd);
    }

    /** From now on the stage has this long, attempt or not. */
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

    /** The next reply, with no more of its text than is told on; waits until the stage's deadline. */
    Reply reply(String stage) throws SessionBroken {
        return wholeReply(stage).shortened();
    }

    /** The next reply, of which each line counts. */
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

    /** RFC 6531 §3.7.4: words may be in UTF-8; what is none stays one char per octet. */
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

    /** Whether the remote closed it or said something unasked for, e.g. 421, while it was idle. Does not block longer than a millisecond. */
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

    /** With a farewell on the level of TLS (RFC 8446 §6.1), within the stage's deadline. */
    void leave() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
        close();
    }

    /** At once, whatever else is done with it just now; any thread may. */
    @Override
    public void close() {
        watchdog.forget(this);
        try {
            tcp.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
