package io.milena.smtp;

/**
 * Every reply that the server gives, with the RFC section or rule behind it. The texts are for people who read a
 * client's log.
 */
public final class Replies {
    // RFC 5321 §4.2.2
    public static final Reply OK = Reply.of(250, "2.0.0", "Ok");
    public static final Reply BYE = Reply.of(221, "2.0.0", "Bye");
    // RFC 3463 §3.2: 2.1.0 other address status, 2.1.5 destination address valid
    public static final Reply REVERSE_PATH_OK = Reply.of(250, "2.1.0", "Ok");
    public static final Reply FORWARD_PATH_OK = Reply.of(250, "2.1.5", "Ok");
    // RFC 5321 §3.3; RFC 2034 §4 gives 3yz replies no enhanced code
    public static final Reply SEND_CONTENT = Reply.plain(354, "End data with <CR><LF>.<CR><LF>");
    // RFC 3030 §2
    public static final Reply BDAT_SYNTAX =
            Reply.of(501, "5.5.4", "Syntax: BDAT size [LAST]; where the chunk ends is not known");
    public static final Reply BDAT_UNDER_WAY = Reply.of(503, "5.5.1", "Send BDAT or RSET, chunks are under way");

    // RFC 5321 §3.5.3
    public static final Reply VRFY = Reply.of(252, "2.5.0", "Cannot verify, but will take mail for it");
    public static final Reply HELP =
            Reply.of(214, "2.0.0", "EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BDAT, RSET, NOOP, QUIT: RFC 5321");

    // RFC 5321 §4.2.2, §4.1.4
    public static final Reply UNKNOWN_COMMAND = Reply.of(500, "5.5.1", "Unknown command");
    public static final Reply SYNTAX = Reply.of(500, "5.5.2", "Not a command line: control characters or no UTF-8");
    public static final Reply BARE_NEWLINE = Reply.of(500, "5.5.2", "Lines end in CR LF");
    // RFC 5321 §4.5.3.1.4, §4.5.3.1.10
    public static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2", "Line too long");
    public static final Reply LINE_WITHOUT_END = Reply.of(500, "5.5.2", "Line longer than 64 KiB");
    public static final Reply NOT_IMPLEMENTED = Reply.of(502, "5.5.1", "Command not implemented");
    public static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "This command takes no argument");
    public static final Reply ARGUMENT_MISSING = Reply.of(501, "5.5.4", "This command needs an argument");
    public static final Reply HELO_ARGUMENT =
            Reply.of(501, "5.5.4", "EHLO needs the client's domain or address literal");
    public static final Reply HELO_FIRST = Reply.of(503, "5.5.1", "Send EHLO first");
    public static final Reply MAIL_FIRST = Reply.of(503, "5.5.1", "Send MAIL first");
    public static final Reply RCPT_FIRST = Reply.of(503, "5.5.1", "Send RCPT first");
    // RFC 5321 §3.3, RFC 2920 §3.1: the answer to DATA when each RCPT was refused
    public static final Reply NO_VALID_RECIPIENTS = Reply.of(554, "5.5.1", "No valid recipients");
    // RFC 5321 §4.1.4
    public static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "A mail transaction is under way");
    public static final Reply MAIL_SYNTAX = Reply.of(501, "5.5.4", "Syntax: MAIL FROM:<reverse-path>");
    public static final Reply RCPT_SYNTAX = Reply.of(501, "5.5.4", "Syntax: RCPT TO:<forward-path>");
    // RFC 3463 §3.2: 5.1.7 bad sender's mailbox address syntax, 5.1.3 bad destination's
    public static final Reply REVERSE_PATH_INVALID = Reply.of(501, "5.1.7", "The reverse-path is not a valid address");
    public static final Reply FORWARD_PATH_INVALID = Reply.of(501, "5.1.3", "The forward-path is not a valid address");
    // RFC 5321 §4.1.1.11
    public static final Reply PARAMETER_UNKNOWN = Reply.of(555, "5.5.4", "Parameter not known");
    public static final Reply PARAMETER_INVALID =
            Reply.of(501, "5.5.4", "Parameter with a value that is not valid, or given twice");
    // RFC 4865 §5
    public static final Reply HELD_TOO_LONG = Reply.policy(
            501,
            "5.5.4",
            "Scheduled further ahead than this server holds mail: see FUTURERELEASE in EHLO's answer",
            "held-too-long");
    // RFC 2852 §4, RFC 4865 §4: a message released only after its deadline cannot meet it
    public static final Reply HELD_PAST_DEADLINE =
            Reply.of(501, "5.5.4", "Scheduled for a time when it is to have been delivered already");
    // RFC 6531 §3.4, §3.5: 553 to MAIL and RCPT, X.6.7
    public static final Reply NEEDS_SMTPUTF8 = Reply.of(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8 on MAIL");

    // RFC 1870 §6.1, §6.3
    public static final Reply TOO_BIG =
            Reply.policy(552, "5.3.4", "Message is larger than this server takes", "too-big");
    // RFC 5321 §4.5.3.1.10: 452, not 552, so that the client sends the rest in another transaction
    public static final Reply TOO_MANY_RECIPIENTS = Reply.policy(
            452, "4.5.3", "Too many recipients, send the rest in another transaction", "too-many-recipients");

    // RFC 3207 §4, §4.2
    public static final Reply READY_FOR_TLS = Reply.of(220, "2.0.0", "Ready to start TLS");
    public static final Reply TLS_ALREADY = Reply.of(503, "5.5.1", "TLS is active");
    public static final Reply TLS_UNAVAILABLE = Reply.of(454, "4.7.0", "TLS is not available");

    // RFC 4954 §4, §6
    public static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    public static final Reply AUTH_ALREADY = Reply.of(503, "5.5.1", "Already authenticated");
    public static final Reply AUTH_IN_TRANSACTION =
            Reply.of(503, "5.5.1", "AUTH is not permitted during a mail transaction");
    public static final Reply AUTH_MECHANISM =
            Reply.of(504, "5.5.4", "Mechanism not known, use one of those that EHLO names");
    public static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled");
    public static final Reply AUTH_MALFORMED = Reply.of(501, "5.5.2", "Not a valid response for this mechanism");
    public static final Reply AUTH_FAILED = Reply.policy(535, "5.7.8", "User name or secret not valid", "auth-failed");
    public static final Reply CHANNEL_BINDING = Reply.policy(
            535,
            "5.7.8",
            "Channel binding is by tls-exporter or tls-server-end-point, and with -PLUS only",
            "channel-binding");
    public static final Reply AUTH_UNAVAILABLE =
            Reply.policy(454, "4.7.0", "Authentication is temporarily not available", "auth-unavailable");
    public static final Reply AUTH_NEEDS_TLS = Reply.policy(538, "5.7.11", "Send STARTTLS first", "tls-required");
    public static final Reply AUTH_REQUIRED = Reply.policy(530, "5.7.0", "Authentication required", "auth-required");
    // RFC 3207 §4
    public static final Reply TLS_AND_AUTH_REQUIRED =
            Reply.policy(530, "5.7.0", "Send STARTTLS, then AUTH", "tls-required");
    // RFC 5248 registry: 5.7.13 user account disabled, with 525
    public static final Reply ACCOUNT_DISABLED =
            Reply.policy(525, "5.7.13", "The account is suspended", "account-suspended");
    public static final Reply ACCOUNT_SUSPENDED =
            Reply.policy(550, "5.7.1", "The account is suspended", "account-suspended");
    public static final Reply CREDENTIAL_REVOKED =
            Reply.policy(550, "5.7.1", "The credential of this session was revoked", "credential-revoked");
    /** The login is good, but the directory does not have the account's rules: nothing is let through without them. */
    public static final Reply ACCOUNT_UNKNOWN = Reply.policy(
            451, "4.3.0", "The account's rules are not known here yet, try again later", "account-unknown");
    // RFC 3463 §3.8: 5.7.1 delivery not authorized
    public static final Reply FROM_UNREADABLE =
            Reply.policy(550, "5.7.1", "There is not one From field with readable addresses", "sender-domain");
    public static final Reply NETWORK_NOT_ALLOWED =
            Reply.policy(550, "5.7.1", "The credential is not good from your address", "credential-network");
    // RFC 5321 §4.2.2: 451, since the same message can come again
    public static final Reply DAY_USED_UP = Reply.policy(
            451,
            "4.7.1",
            "The account's messages of today are used up, try again after midnight UTC",
            "messages-per-day");
    public static final Reply TOO_FAST =
            Reply.policy(451, "4.7.1", "The account sends faster than it may, try again later", "messages-per-second");
    public static final Reply LIMITS_UNKNOWN = Reply.policy(
            451, "4.3.0", "The account's limits cannot be looked up, try again later", "limits-unavailable");
    /** Mail to return addresses: each names one message, so each needs a transaction of its own. */
    public static final Reply ONE_RETURN_ADDRESS =
            Reply.policy(452, "4.5.3", "One return address for each transaction", "one-return-address");

    public static final Reply TOO_MANY_RETURNS = Reply.policy(
            451,
            "4.7.1",
            "Too much mail to this return address or from your host, try again later",
            "too-many-returns");

    // RFC 3463 §3.7: 5.6.0 other media error; 5.6.11 as the field uses it for bare newlines
    public static final Reply CONTENT_HAS_NUL = Reply.policy(554, "5.6.0", "The content holds a NUL", "nul");
    public static final Reply CONTENT_HAS_BARE_NEWLINE =
            Reply.policy(550, "5.6.11", "The content holds a CR or LF that is no CR LF", "bare-newline");
    public static final Reply HEADER_TOO_LARGE =
            Reply.policy(552, "5.3.4", "The header section is larger than 256 KiB", "header-too-large");
    public static final Reply HEADER_TOO_LARGE_FOR_DOMAINS = Reply.policy(
            552,
            "5.3.4",
            "The header section is too large for recipients in so many domains, send to fewer at a time",
            "header-too-large-for-domains");
    public static final Reply RECORD_TOO_LARGE = Reply.policy(
            552,
            "5.3.4",
            "Message is too large to be stored with so many recipients, send to fewer at a time",
            "record-too-large");
    public static final Reply TOO_MANY_FIELDS =
            Reply.policy(554, "5.6.0", "The header section has more than 1000 fields", "header-too-large");
    // RFC 5322 §3.6: each message has an author
    public static final Reply FROM_MISSING =
            Reply.policy(550, "5.6.0", "The content has no From field in a header section at its beginning", "no-from");
    public static final Reply PRIORITY_FIELD = Reply.policy(
            554, "5.6.0", "X-Milena-Priority is bulk, normal or transactional, and stands once", "priority-field");
    public static final Reply TAG_FIELD = Reply.policy(
            554, "5.6.0", "X-Milena-Tag is 1 to 100 printable ASCII characters, and stands once", "tag-field");
    public static final Reply TAG_NOT_ALLOWED =
            Reply.policy(550, "5.7.1", "The account may not use this X-Milena-Tag", "tag-not-allowed");
    // RFC 5321 §6.3
    public static final Reply LOOP =
            Reply.policy(554, "5.4.6", "Too many Received fields: this mail is in a loop", "mail-loop");

    // RFC 5321 §4.2.4.2: the message is not ours until it is safe; 4.3.1 mail system full
    public static final Reply NOT_STORED =
            Reply.policy(451, "4.3.0", "The message could not be stored, try again later", "not-stored");
    // A broker that dies between its append and its acknowledgement leaves that open.
    public static final Reply PERHAPS_STORED = Reply.policy(
            451, "4.3.0", "It is not known whether the message was stored, try again later", "perhaps-stored");
    public static final Reply OUT_OF_MEMORY =
            Reply.policy(452, "4.3.1", "Too much mail at the moment, try again later", "too-much-mail");

    // RFC 5321 §3.8, §4.5.3.2
    // RFC 5321 §3.1, §4.3.1: the client waits for the greeting
    public static final Reply EARLY_TALK = Reply.policy(554, "5.5.1", "Talked before the greeting", "early-talk");
    // RFC 5321 §3.8: a server that closes says so, if its reply has not
    public static final Reply CLOSING = Reply.of(421, "4.5.0", "Closing the connection");
    // RFC 3207 §4.2: octets in clear behind STARTTLS are never commands
    public static final Reply TALK_BEHIND_STARTTLS =
            Reply.of(421, "4.5.0", "Octets in clear behind STARTTLS, closing the connection");
    public static final Reply NOT_SMTP = Reply.of(421, "4.5.0", "Not SMTP, closing the connection");
    public static final Reply NO_PROXY =
            Reply.of(421, "4.7.0", "This port is for configured proxies, closing the connection");
    public static final Reply TIMEOUT = Reply.of(421, "4.4.2", "Timeout, closing the connection");
    public static final Reply SHUTTING_DOWN = Reply.of(421, "4.3.2", "Service is shutting down");
    public static final Reply GIVEN_UP = Reply.of(421, "4.3.0", "Local error, closing the connection");
    public static final Reply TOO_MANY_ERRORS =
            Reply.policy(421, "4.7.0", "Too many errors, closing the connection", "too-many-errors");
    public static final Reply TOO_MANY_COMMANDS = Reply.policy(
            421, "4.7.0", "Too many commands without a message, closing the connection", "too-many-errors");
    public static final Reply TOO_SLOW =
            Reply.policy(421, "4.4.2", "The content comes too slowly, closing the connection", "too-slow");
    public static final Reply TOO_BUSY =
            Reply.policy(421, "4.3.2", "Too many connections, try again later", "too-many-connections");
    public static final Reply TOO_MANY_CONNECTIONS =
            Reply.policy(421, "4.7.0", "Too many connections from your address", "too-many-connections");

    private Replies() {}

    /** To a client that must log in first: by AUTH alone where it may use it now, else by STARTTLS and AUTH. */
    static Reply authRequired(boolean mayAuthenticate) {
        return mayAuthenticate ? AUTH_REQUIRED : TLS_AND_AUTH_REQUIRED;
    }

    /** {@code place} is the reverse-path or a field; {@code domain} is in A-labels, or an address literal. */
    public static Reply notVerified(String place, String domain) {
        return Reply.policy(
                550, "5.7.1", place + " names " + domain + ", which the account has not verified", "sender-domain");
    }

    /** As {@link #notVerified}; it does not tell whose domain it is. */
    public static Reply verifiedByAnother(String place, String domain) {
        return Reply.policy(
                550, "5.7.1", place + " names " + domain + ", which another account has verified", "domain-of-another");
    }

    /** A field that says who sent the message, and that could not be read as a whole. */
    public static Reply senderUnreadable(String field) {
        return Reply.policy(550, "5.7.1", field + " has an address that cannot be read", "sender-domain");
    }

    /** RFC 5321 §4.3.1: the greeting, which names the host. */
    public static Reply greeting(String hostname) {
        return Reply.plain(220, hostname + " ESMTP Milena");
    }

    public static Reply helo(String hostname) {
        return Reply.plain(250, hostname);
    }

    /** RFC 4954 §4: an empty challenge, or one in base64. */
    public static Reply challenge(String base64) {
        return Reply.plain(334, base64);
    }

    /** RFC 3030 §2: the reply to a chunk that is not the last. */
    public static Reply chunk(long size) {
        return Reply.of(250, "2.0.0", size + " octets received");
    }

    /** RFC 6710 §4.1: the message has another priority than it asked for; the text begins with it. */
    public static Reply queuedWithPriority(int level, String id) {
        return Reply.of(250, "2.3.6", level + " is the new priority of the message, Ok: queued as " + id);
    }

    public static Reply queued(String id) {
        return Reply.of(250, "2.0.0", "Ok: queued as " + id);
    }
}
