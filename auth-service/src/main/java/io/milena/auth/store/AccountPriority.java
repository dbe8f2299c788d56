package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Priority of an account's mail that asks for none; for a bulk account also the upper bound. */
public enum AccountPriority {
    BULK,
    NORMAL,
    TRANSACTIONAL;

    /** Its name in the REST API and on the topic. */
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
