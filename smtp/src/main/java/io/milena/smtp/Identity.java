package io.milena.smtp;

import java.util.List;

/**
 * Who a session has proved to be: ids of the account and of the credential that it used, and the user name that it gave.
 *
 * @param networks where the credential was good from when it was verified; none: everywhere
 */
public record Identity(String account, String credential, String username, List<Network> networks) {
    public Identity {
        networks = List.copyOf(networks);
    }
}
