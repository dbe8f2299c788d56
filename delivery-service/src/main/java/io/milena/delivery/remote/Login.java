package io.milena.delivery.remote;

/** What we log in with at a smart host (RFC 4954). */
public record Login(String username, String password) {
    /** Without the password: a secret never reaches a log. */
    @Override
    public String toString() {
        return "Login[" + username + "]";
    }
}
