package io.milena.stories.harness;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A message that a {@link ScriptedMx} took: its client, the envelope, the command lines as written, and the exact
 * octets of the content after dot-unstuffing.
 */
public record ReceivedMail(
        Client client,
        String reversePath,
        String mailLine,
        List<String> forwardPaths,
        List<String> rcptLines,
        byte[] content,
        Optional<String> tls,
        Instant at) {
    /** The client of the session: its address, and its name in EHLO. */
    public record Client(String address, String hostname) {}

    public ReceivedMail {
        forwardPaths = List.copyOf(forwardPaths);
        rcptLines = List.copyOf(rcptLines);
    }

    public String headerSection() {
        return Content.headerSection(content);
    }

    public byte[] body() {
        return Content.body(content);
    }

    /** The values of a header field, unfolded, in order. */
    public List<String> header(String name) {
        return Content.header(content, name);
    }

    /** The message, read by a MIME parser that is not ours. */
    public MimeMessage parsed() throws MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(content));
    }
}
