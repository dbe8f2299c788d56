package io.milena.smtp;

/** Who a session has proved to be: ids of the account and of the credential that it used, and the user name that it gave. */
public record Identity(String account, String credential, String username) {}
