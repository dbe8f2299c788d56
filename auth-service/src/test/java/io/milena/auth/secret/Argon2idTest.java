package io.milena.auth.secret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Argon2idTest {
    /** The output of the reference implementation for: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void anotherImplementationsHashIsVerifiedWithItsOwnCost() {
        assertThat(Argon2id.verify("password", REFERENCE)).isTrue();
        assertThat(Argon2id.verify("passwore", REFERENCE)).isFalse();
    }

    @Test
    void aHashIsSaltedAndVerifies() {
        var first = Argon2id.hash("žluťoučký kůň");
        var second = Argon2id.hash("žluťoučký kůň");

        assertThat(first).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(second);
        assertThat(Argon2id.verify("žluťoučký kůň", first)).isTrue();
        assertThat(Argon2id.verify("zlutoucky kun", first)).isFalse();
    }
}
