package io.milena.standalone.postbox;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.smtp.SmtpConnection;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpState;
import com.icegreen.greenmail.smtp.commands.SmtpCommand;
import com.icegreen.greenmail.smtp.commands.SmtpCommandRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GreenMail's commands, changed for a smart host: 8BITMIME (RFC 6152) is announced, bounces are accepted (the null
 * reverse-path of RFC 5321 §4.5.5), and the content is kept unchanged.
 */
final class PostboxCommands extends SmtpCommandRegistry {
    private static final Pattern MAIL = Pattern.compile("MAIL FROM:\\s?<([^>]*)>(.*)", Pattern.CASE_INSENSITIVE);

    private final Map<String, SmtpCommand> ours;

    PostboxCommands(Postbox postbox) {
        ours = Map.of("EHLO", new Ehlo(), "MAIL", new Mail(), "DATA", new Data(postbox));
    }

    @Override
    public SmtpCommand getCommand(String name) {
        var command = ours.get(name);
        return command == null ? super.getCommand(name) : command;
    }

    private static final class Ehlo extends SmtpCommand {
        @Override
        public void execute(SmtpConnection connection, SmtpState state, SmtpManager manager, String line) {
            connection.setHeloName(line.length() > 5 ? line.substring(5) : null);
            state.clearMessage();
            connection.send("250-postbox.milena.invalid");
            connection.send("250-8BITMIME");
            connection.send("250 SMTPUTF8");
        }
    }

    private static final class Mail extends SmtpCommand {
        @Override
        public void execute(SmtpConnection connection, SmtpState state, SmtpManager manager, String line) {
            Matcher mail = MAIL.matcher(line);
            if (!mail.matches()) {
                connection.send("501 5.5.4 Syntax: MAIL FROM:<reverse-path>");
                return;
            }
            state.clearMessage();
            state.getMessage().setReturnPath(new MailAddress(mail.group(1)));
            state.getMessage()
                    .setSmtpUtf8(mail.group(2).toUpperCase(Locale.ROOT).contains("SMTPUTF8"));
            connection.send("250 2.1.0 Ok");
        }
    }

    private static final class Data extends SmtpCommand {
        private final Postbox postbox;

        Data(Postbox postbox) {
            this.postbox = postbox;
        }

        @Override
        public void execute(SmtpConnection connection, SmtpState state, SmtpManager manager, String line)
                throws IOException {
            var message = state.getMessage();
            if (message.getReturnPath() == null || message.getToAddresses().isEmpty()) {
                connection.send("503 5.5.1 MAIL and RCPT first");
                return;
            }
            connection.send("354 End data with <CR><LF>.<CR><LF>");
            byte[] content = content(connection);
            postbox.keep(
                    message.getReturnPath().getEmail(),
                    message.getToAddresses().stream().map(MailAddress::getEmail).toList(),
                    content);
            state.clearMessage();
            connection.send("250 2.0.0 Ok");
        }

        /**
         * Reads the content. GreenMail would cut off the line end before the final dot, which belongs to the content,
         * and fail on empty content.
         */
        private static byte[] content(SmtpConnection connection) throws IOException {
            try (var input = connection.dotLimitedInputStream(new byte[] {'\r', '\n'})) {
                input.skipNBytes(Math.min(2, input.available()));
                byte[] cut = input.readAllBytes();
                if (cut.length == 0) {
                    return cut;
                }
                byte[] whole = Arrays.copyOf(cut, cut.length + 2);
                whole[cut.length] = '\r';
                whole[cut.length + 1] = '\n';
                return whole;
            }
        }
    }
}
