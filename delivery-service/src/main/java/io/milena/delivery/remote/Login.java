package io.milena.delivery.remote;

/** Our login at a smart host (RFC 4954). */
public record Login(String username, String password) {
    /** Leaves the password out: a secret never reaches a log. */
    @Override
    public String toString() {
        return "Login[" + username + "]";
    }
}
