package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;

/** The means by which a client proves its identity. */
public enum CredentialType {
    API_KEY("api-key"),
    PASSWORD("password"),
    OAUTH("oauth"),
    CERTIFICATE("certificate");

    private final String word;

    CredentialType(String word) {
        this.word = word;
    }

    /** Its name in the REST API. */
    @JsonValue
    @Override
    public String toString() {
        return word;
    }
}
