package io.milena.delivery.tlsreport;

/** The memory for the reports of a replica, counted roughly in characters. Confined to one thread. */
final class Room {
    private final long most;
    private long taken;

    Room(long most) {
        this.most = most;
    }

    /** Takes that much if it is left; returns whether it was. */
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
