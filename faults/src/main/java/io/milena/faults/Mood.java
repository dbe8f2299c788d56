package io.milena.faults;

import java.util.Locale;

/** How the mail hosts treat every second client beyond what the recipient's address asks for. */
enum Mood {
    WILLING,
    /** Greets with 421. */
    TURNS_AWAY,
    DROPS_AT_CONNECT,
    DROPS_AT_EHLO,
    DROPS_AT_MAIL,
    DROPS_AT_RCPT,
    DROPS_IN_CONTENT,
    /** Hangs up behind the content, and forgets it. */
    DROPS_AFTER_DOT,
    /** Keeps the message and hangs up without a reply: another copy is right (RFC 1047). */
    KEEPS_WITHOUT_REPLY,
    /** Keeps the message and answers three seconds later. */
    ANSWERS_LATE,
    /** Answers MAIL with 451. */
    DEFERS,
    /** Answers the content with 452. */
    DEFERS_CONTENT;

    /** The words of the name of a fault. */
    String words() {
        return "hosts: " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
