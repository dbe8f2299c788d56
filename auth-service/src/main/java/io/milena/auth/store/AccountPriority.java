package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How urgent an account's mail is where it does not say so itself; bulk is also the most that it can ask for. */
public enum AccountPriority {
    BULK,
    NORMAL,
    TRANSACTIONAL;

    /** As it is called outside: in the REST API and on the topic. */
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
