package io.milena.standalone.operator;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * One message that is submitted by SMTP: STARTTLS where it is announced, AUTH, MAIL, RCPT, DATA. Blocks until the server has answered.
 *
 * @param attachments files to attach
 */
record TestMail(String from, List<String> to, String subject, String body, List<Path> attachments) {
    private static final Pattern QUEUED = Pattern.compile("queued as (\\S+)");
    private static final String LIMIT_MILLIS = "60000";

    /**
     * The server to which a message is submitted, and the login.
     *
     * @param host its address
     * @param certificate PEM file of the certificate that the server must present; empty to trust what Java trusts
     */
    record Submission(String host, int port, String user, String password, Optional<Path> certificate) {
        boolean isHere() {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        }
    }

    /** Submits the message and returns its queue id. Throws {@link RefusedException} with the server's own words. */
    String submit(Submission server) {
        var session = Session.getInstance(properties(server));
        try (var transport = (SMTPTransport) session.getTransport("smtp")) {
            var message = message(session);
            transport.connect(server.host(), server.port(), server.user(), server.password());
            transport.sendMessage(message, message.getAllRecipients());
            var reply = transport.getLastServerResponse().strip();
            var id = QUEUED.matcher(reply);
            if (!id.find()) {
                throw new RefusedException("the server accepted the message without a queue id: " + reply);
            }
            return id.group(1);
        } catch (AddressException e) {
            throw new UsageException("'%s' is no mail address: %s".formatted(e.getRef(), e.getMessage()));
        } catch (MessagingException e) {
            throw new RefusedException("the message was not accepted: " + words(e));
        }
    }

    /** The message of the innermost exception, which has the reply. */
    private static String words(Exception failure) {
        Throwable last = failure;
        while (true) {
            var next = last instanceof MessagingException mail && mail.getNextException() != null
                    ? mail.getNextException()
                    : last.getCause();
            if (next == null) {
                return String.valueOf(last.getMessage()).strip();
            }
            last = next;
        }
    }

    private MimeMessage message(Session session) throws MessagingException {
        var message = new MimeMessage(session);
        message.setFrom(new InternetAddress(from, true));
        for (var recipient : to) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient, true));
        }
        message.setSubject(subject, StandardCharsets.UTF_8.name());
        message.setSentDate(new Date());
        if (attachments.isEmpty()) {
            message.setText(body, StandardCharsets.UTF_8.name());
            return message;
        }
        var text = new MimeBodyPart();
        text.setText(body, StandardCharsets.UTF_8.name());
        var parts = new MimeMultipart(text);
        for (var file : attachments) {
            var part = new MimeBodyPart();
            try {
                part.attachFile(file.toFile());
            } catch (IOException e) {
                throw new UsageException("the file " + file + " cannot be read");
            }
            parts.addBodyPart(part);
        }
        message.setContent(parts);
        return message;
    }

    private static Properties properties(Submission server) {
        var properties = new Properties();
        properties.put("mail.smtp.starttls.enable", "true");
        // A trial does not announce STARTTLS to this machine, and what does not leave it may go in clear.
        properties.put("mail.smtp.starttls.required", Boolean.toString(!server.isHere()));
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.auth.mechanisms", "PLAIN");
        properties.put("mail.smtp.connectiontimeout", LIMIT_MILLIS);
        properties.put("mail.smtp.timeout", LIMIT_MILLIS);
        // The certificate itself is known; it names the platform and not the loopback address.
        properties.put(
                "mail.smtp.ssl.checkserveridentity",
                Boolean.toString(server.certificate().isEmpty()));
        server.certificate().ifPresent(file -> properties.put("mail.smtp.ssl.socketFactory", trusting(file)));
        return properties;
    }

    private static SSLSocketFactory trusting(Path certificates) {
        try (InputStream in = Files.newInputStream(certificates)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("certificate-" + store.size(), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new RefusedException("the certificate " + certificates + " cannot be read: " + e.getMessage());
        }
    }
}
