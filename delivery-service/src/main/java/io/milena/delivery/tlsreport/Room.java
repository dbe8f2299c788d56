package io.milena.delivery.tlsreport;

/** The memory that the reports of a replica may take, counted roughly in characters. Confined to one thread. */
final class Room {
    private final long most;
    private long taken;

    Room(long most) {
        this.most = most;
    }

    /** Whether there was so much left; then it is taken. */
    boolean take(long characters) {
        if (taken + characters > most) {
            return false;
        }
        taken += characters;
        return true;
    }

    void giveBack(long characters) {
        taken -= characters;
    }
}
