package io.milena.auth.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The security that an account's mail needs on its way out. */
public enum AccountTls {
    OPPORTUNISTIC,
    REQUIRE,
    VERIFY;

    /** Its name in the REST API and on the topic. */
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
