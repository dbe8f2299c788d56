package io.milena.faults;

/** Which mail a kind of fault may send a second time: mail whose first copy arrived in a certain time, unrecorded. */
enum Copies {
    /** None: its victims send no mail, and no commit of delivery depends on them. */
    NONE,
    /** Mail that arrived before the victim was dead: a dead process has nothing more in flight. */
    UNTIL_DEATH,
    /**
     * Mail that arrived before its victims had recovered: a process that was frozen or cut off goes on with what it had
     * in flight, and one whose commits fail does so until they succeed.
     */
    UNTIL_RECOVERY
}
