package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a client proves who it is. */
public enum CredentialType {
    API_KEY("api-key"),
    PASSWORD("password"),
    OAUTH("oauth"),
    CERTIFICATE("certificate");

    private final String word;

    CredentialType(String word) {
        this.word = word;
    }

    /** As it is called in the REST API. */
    @JsonValue
    @Override
    public String toString() {
        return word;
    }
}
