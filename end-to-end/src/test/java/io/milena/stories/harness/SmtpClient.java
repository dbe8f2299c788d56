package io.milena.stories.harness;

import io.milena.testing.Transcript;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;

/** An SMTP client over a plain socket that returns each reply as received. Confined to one thread. */
public final class SmtpClient implements AutoCloseable {
    private Socket socket;
    private Transcript transcript;
    private final Answer greeting;

    private SmtpClient(Socket socket) throws IOException {
        this.socket = socket;
        this.transcript = new Transcript(socket);
        this.greeting = read();
    }

    /** Connects and reads the greeting. */
    public static SmtpClient connect(InetSocketAddress server) throws IOException {
        return new SmtpClient(open(server));
    }

    /** Connects with TLS from the first octet (RFC 8314 §3.3), and reads the greeting. */
    public static SmtpClient connectTls(InetSocketAddress server) throws IOException {
        return new SmtpClient(wrap(open(server)));
    }

    private static Socket open(InetSocketAddress server) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.connect(server, 10_000);
        return socket;
    }

    private static SSLSocket wrap(Socket plain) throws IOException {
        var secure = (SSLSocket) Certificates.trustingClient()
                .getSocketFactory()
                .createSocket(plain, "localhost", plain.getPort(), true);
        secure.startHandshake();
        return secure;
    }

    /** The TLS session, if there is one. */
    public ExtendedSSLSession tls() {
        return (ExtendedSSLSession) ((SSLSocket) socket).getSession();
    }

    public Answer greeting() {
        return greeting;
    }

    /** Sends one line, reads one reply. */
    public Answer command(String line) throws IOException {
        transcript.write(line + "\r\n");
        transcript.flush();
        return read();
    }

    public Answer ehlo() throws IOException {
        return command("EHLO client.test");
    }

    /** STARTTLS, handshake, and EHLO again (RFC 3207 §4.2). */
    public SmtpClient startTls() throws IOException {
        expect(220, command("STARTTLS"));
        socket = wrap(socket);
        transcript = new Transcript(socket);
        expect(250, ehlo());
        return this;
    }

    public Answer authPlain(String username, String password) throws IOException {
        var initial = ("\0" + username + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return command("AUTH PLAIN " + Base64.getEncoder().encodeToString(initial));
    }

    /** One mail transaction without parameters; {@link Sent} has the replies. */
    public Sent send(String reversePath, List<String> forwardPaths, byte[] content) throws IOException {
        return sendWith("MAIL FROM:<" + reversePath + ">", recipients(forwardPaths), content);
    }

    /** One mail transaction with the given command lines; DATA is left out if no recipient was accepted. */
    public Sent sendWith(String mail, List<String> rcpts, byte[] content) throws IOException {
        var mailAnswer = command(mail);
        var rcptAnswers = new ArrayList<Answer>();
        if (mailAnswer.code() >= 400) {
            return new Sent(mailAnswer, rcptAnswers, mailAnswer);
        }
        for (var rcpt : rcpts) {
            rcptAnswers.add(command(rcpt));
        }
        if (rcptAnswers.stream().noneMatch(answer -> answer.code() < 400)) {
            command("RSET");
            return new Sent(mailAnswer, rcptAnswers, rcptAnswers.getLast());
        }
        return new Sent(mailAnswer, rcptAnswers, data(content));
    }

    /** One mail transaction, sent in one piece up to DATA (RFC 2920 §3.1). */
    public Sent sendPipelined(String reversePath, List<String> forwardPaths, byte[] content) throws IOException {
        transcript.write("MAIL FROM:<" + reversePath + ">\r\n");
        for (var rcpt : recipients(forwardPaths)) {
            transcript.write(rcpt + "\r\n");
        }
        transcript.write("DATA\r\n");
        transcript.flush();
        var mailAnswer = read();
        var rcptAnswers = new ArrayList<Answer>();
        for (int i = 0; i < forwardPaths.size(); i++) {
            rcptAnswers.add(read());
        }
        var dataAnswer = read();
        return new Sent(mailAnswer, rcptAnswers, dataAnswer.code() == 354 ? content(content) : dataAnswer);
    }

    private static List<String> recipients(List<String> forwardPaths) {
        return forwardPaths.stream().map(to -> "RCPT TO:<" + to + ">").toList();
    }

    private Answer data(byte[] content) throws IOException {
        var answer = command("DATA");
        return answer.code() == 354 ? content(content) : answer;
    }

    private Answer content(byte[] content) throws IOException {
        transcript.writeContent(content);
        transcript.flush();
        return read();
    }

    private Answer read() throws IOException {
        var lines = new ArrayList<String>();
        while (true) {
            var line = transcript.readLine();
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() < 4 || line.charAt(3) == ' ') {
                return new Answer(Integer.parseInt(line.substring(0, 3)), lines);
            }
        }
    }

    private static void expect(int code, Answer answer) {
        if (answer.code() != code) {
            throw new IllegalStateException(answer + " (expected: " + code + ")");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * The replies of one mail transaction; {@code end} is the one after the final dot, or the one that ended it
     * earlier.
     */
    public record Sent(Answer mail, List<Answer> rcpts, Answer end) {
        public Sent {
            rcpts = List.copyOf(rcpts);
        }

        /** The queue id; throws if the message was not accepted. */
        public String queueId() {
            return end.queueId();
        }
    }
}
