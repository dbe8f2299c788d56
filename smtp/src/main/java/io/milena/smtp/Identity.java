package io.milena.smtp;

import java.util.List;

/**
 * The identity that a client has proved: ids of its account and of the credential that it used, and the user name that
 * it gave.
 *
 * @param networks the networks that the credential was good from when it was verified; empty: all
 */
public record Identity(String account, String credential, String username, List<Network> networks) {
    public Identity {
        networks = List.copyOf(networks);
    }
}
