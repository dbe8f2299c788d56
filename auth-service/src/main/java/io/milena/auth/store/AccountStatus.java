package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether an account may submit mail. */
public enum AccountStatus {
    ACTIVE,
    SUSPENDED;

    /** Its name in the REST API and on the topic. */
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
