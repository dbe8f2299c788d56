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
 * A message as a {@link ScriptedMx} took it: who brought it, the envelope, its command lines as they were written, and the
 * exact octets of the content after dot-unstuffing.
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
    /** The other side of the session: its address, and what it said in EHLO. */
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

    /** The same read by a MIME parser that is none of ours. */
    public MimeMessage parsed() throws MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(content));
    }
}
