package io.milena.smtp;

/** Who a session has proved to be: ids of the account and of the credential that it used. */
public record Identity(String account, String credential) {}
