package io.milena.ingest.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.smtp.Identity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginCacheTest {
    private static final Identity IDENTITY = new Identity("a1", "c1", "apikey", List.of());

    private final AtomicLong now = new AtomicLong();
    private final LoginCache cache = new LoginCache(Duration.ofMinutes(5), now::get);

    @Test
    void aLoginIsKnownUntilItsTimeIsOver() {
        cache.put(cache.key(LoginCache.Kind.PASSWORD, "u", "s"), IDENTITY);
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "s"))).contains(IDENTITY);
        now.addAndGet(Duration.ofMinutes(5).toNanos() + 1);
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "s"))).isEmpty();
    }

    @Test
    void aCertificatesHashIsNoPassword() {
        cache.put(cache.key(LoginCache.Kind.CERTIFICATE, "0123abcd", ""), IDENTITY);
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "0123abcd", "")))
                .isEmpty();
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "certificate", "0123abcd")))
                .isEmpty();
    }

    @Test
    void anotherUserOrSecretIsAnotherLogin() {
        cache.put(cache.key(LoginCache.Kind.PASSWORD, "u", "s"), IDENTITY);
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "us", ""))).isEmpty();
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "t"))).isEmpty();
    }

    @Test
    void aRevokedCredentialIsForgottenAndNotLearntAgain() {
        cache.put(cache.key(LoginCache.Kind.PASSWORD, "u", "s"), IDENTITY);
        cache.revoke("c1");
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "s"))).isEmpty();
        cache.put(cache.key(LoginCache.Kind.PASSWORD, "u", "s"), IDENTITY);
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "s"))).isEmpty();
        assertThat(cache.isRevoked(IDENTITY)).isTrue();
    }

    @Test
    void aSuspendedAccountsLoginsAreForgotten() {
        cache.put(cache.key(LoginCache.Kind.PASSWORD, "u", "s"), IDENTITY);
        cache.dropAccount("a1");
        assertThat(cache.get(cache.key(LoginCache.Kind.PASSWORD, "u", "s"))).isEmpty();
    }

    @Test
    void theLatestRevocationsAreRemembered() {
        cache.revoke("c1");
        for (int i = 0; i < LoginCache.MAX_REVOKED - 1; i++) {
            cache.revoke("other-" + i);
            cache.revoke("other-" + i);
        }
        assertThat(cache.isRevoked(IDENTITY)).isTrue();

        cache.revoke("one-more");
        assertThat(cache.isRevoked(IDENTITY)).isFalse();
    }
}
