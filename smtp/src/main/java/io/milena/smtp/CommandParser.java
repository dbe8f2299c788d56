package io.milena.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads command lines (RFC 5321 §4.1.1 and the extensions that the server offers). Every line gives a command: one that
 * is not legal gives a {@link Command.Unparsed} with its reply. Immutable, thread-safe.
 */
public final class CommandParser {
    // RFC 5321 §4.5.3.1.2
    private static final int MAX_CLIENT_NAME = 255;

    private final String hostname;

    /** {@code hostname} is the domain of {@code RCPT TO:<Postmaster>}, the one forward-path without a domain. */
    public CommandParser(String hostname) {
        this.hostname = hostname;
    }

    /** Reads a line, given without its CRLF. */
    public Command parse(byte[] bytes, int from, int to) {
        var command = decode(bytes, from, to).map(this::parse).orElse(new Command.Unparsed(Replies.SYNTAX));
        return command instanceof Command.Unparsed && isBdat(bytes, from, to) ? new Command.UnreadableBdat() : command;
    }

    /** Whether the line begins with BDAT: a chunk follows it even if the rest is not legal. */
    public static boolean isBdat(byte[] bytes, int from, int to) {
        return to - from >= 4 && new String(bytes, from, 4, StandardCharsets.ISO_8859_1).equalsIgnoreCase("BDAT");
    }

    /** A command has no control characters, and characters beyond ASCII must be UTF-8 (RFC 6531 §3.3). */
    private static Optional<String> decode(byte[] bytes, int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                ascii = false;
            } else if (bytes[i] < ' ' && bytes[i] != '\t' || bytes[i] == 0x7f) {
                return Optional.empty();
            }
        }
        if (ascii) {
            return Optional.of(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        }
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            return Optional.of(
                    decoder.decode(ByteBuffer.wrap(bytes, from, to - from)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    Command parse(String line) {
        var text = line.stripTrailing();
        int space = text.indexOf(' ');
        var verb = Keyword.of(space < 0 ? text : text.substring(0, space));
        var argument = space < 0 ? "" : text.substring(space + 1).strip();
        return switch (verb) {
            case "EHLO" ->
                clientName(argument) ? new Command.Ehlo(argument) : new Command.Unparsed(Replies.HELO_ARGUMENT);
            case "HELO" ->
                clientName(argument) ? new Command.Helo(argument) : new Command.Unparsed(Replies.HELO_ARGUMENT);
            case "MAIL" -> mail(argument);
            case "RCPT" -> rcpt(argument);
            case "AUTH" -> auth(argument);
            case "DATA" -> bare(argument, Command.Data::new);
            case "BDAT" -> bdat(argument);
            case "RSET" -> bare(argument, Command.Rset::new);
            case "QUIT" -> bare(argument, Command.Quit::new);
            case "STARTTLS" -> bare(argument, Command.StartTls::new);
            case "NOOP" -> new Command.Noop();
            case "HELP" -> new Command.Help();
            case "VRFY" -> argument.isEmpty() ? new Command.Unparsed(Replies.ARGUMENT_MISSING) : new Command.Vrfy();
            case "EXPN" -> new Command.Expn();
            default -> new Command.Unparsed(Replies.UNKNOWN_COMMAND);
        };
    }

    /** RFC 3030 §2; 18 digits are enough for any size. */
    private static Command bdat(String argument) {
        var size = argument.replaceFirst("(?i) +LAST$", "");
        return size.matches("\\d{1,18}")
                ? new Command.Bdat(Long.parseLong(size), size.length() < argument.length())
                : new Command.UnreadableBdat();
    }

    private static Command bare(String argument, Supplier<Command> command) {
        return argument.isEmpty() ? command.get() : new Command.Unparsed(Replies.NO_ARGUMENT);
    }

    /**
     * RFC 5321 §4.1.4: a name that cannot be verified is no reason to refuse, and many clients give illegal ones; it
     * only must be safe in a Received field. RFC 6531 §3.7.1: it is ASCII.
     */
    private static boolean clientName(String argument) {
        return !argument.isEmpty()
                && argument.length() <= MAX_CLIENT_NAME
                && argument.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>;\"\\".indexOf(c) < 0);
    }

    private static Command mail(String argument) {
        var path = afterKeyword(argument, "FROM:").flatMap(PathParser::bracketed);
        if (path.isEmpty()) {
            return new Command.Unparsed(Replies.MAIL_SYNTAX);
        }
        var address = path.get().address();
        var mailbox = Mailbox.parse(address);
        if (!address.isEmpty() && mailbox.isEmpty()) {
            return new Command.Unparsed(Replies.REVERSE_PATH_INVALID);
        }
        return switch (MailParameters.parse(path.get().rest())) {
            case Parsed.Good<MailParameters>(var parameters) -> new Command.Mail(new ReversePath(mailbox), parameters);
            case Parsed.Bad<MailParameters>(var reply) -> new Command.Unparsed(reply);
        };
    }

    private Command rcpt(String argument) {
        var path = afterKeyword(argument, "TO:").flatMap(PathParser::bracketed);
        if (path.isEmpty()) {
            return new Command.Unparsed(Replies.RCPT_SYNTAX);
        }
        var address = path.get().address();
        // RFC 5321 §4.1.1.3
        var mailbox = Keyword.of(address).equals("POSTMASTER")
                ? Mailbox.parse(address + "@" + hostname)
                : Mailbox.parse(address);
        if (mailbox.isEmpty()) {
            return new Command.Unparsed(Replies.FORWARD_PATH_INVALID);
        }
        return switch (RcptParameters.parse(path.get().rest())) {
            case Parsed.Good<RcptParameters>(var parameters) ->
                new Command.Rcpt(new ForwardPath(mailbox.get()), parameters);
            case Parsed.Bad<RcptParameters>(var reply) -> new Command.Unparsed(reply);
        };
    }

    /** The grammar has no space after the colon (RFC 5321 §4.1.1.2), but many clients send one. */
    private static Optional<String> afterKeyword(String argument, String keyword) {
        return argument.regionMatches(true, 0, keyword, 0, keyword.length())
                ? Optional.of(argument.substring(keyword.length()).strip())
                : Optional.empty();
    }

    private static Command auth(String argument) {
        if (argument.isEmpty()) {
            return new Command.Unparsed(Replies.ARGUMENT_MISSING);
        }
        int space = argument.indexOf(' ');
        var mechanism = Keyword.of(space < 0 ? argument : argument.substring(0, space));
        return new Command.Auth(
                mechanism,
                space < 0
                        ? Optional.empty()
                        : Optional.of(argument.substring(space + 1).strip()));
    }
}
