package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    private static final String KEYS = """
            {"current":"k2","keys":[{"key":"k1","privateKeys":12,"configured":true},
            {"key":"k2","privateKeys":3,"configured":true},
            {"key":"lost","privateKeys":1,"configured":false}],"unpublished":2}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, "keys", arguments);
    }

    @Test
    void theKeysInUseAreListed() throws IOException {
        platform.answers("GET /v1/signing-keys", 200, KEYS);

        assertThat(run()).isZero();

        assertThat(platform.said().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "KEY PRIVATE KEYS STATE",
                        "k1 12 decrypts",
                        "k2 3 encrypts",
                        "lost 1 MISSING",
                        "milena keys reencrypt stores the private keys of k1 anew.",
                        "2 changes of keys not published yet.");
        assertThat(platform.complained())
                .contains("auth-service does not have the key lost: put it back into milena.keys.encryption");
    }

    @Test
    void allAreEncryptedAnew() throws IOException {
        platform.answers(
                "POST /v1/signing-keys/reencrypt",
                200,
                "{\"current\":\"k2\",\"encrypted\":12,\"unchanged\":3,\"unreadable\":[]}");

        assertThat(run("reencrypt")).isZero();
        assertThat(platform.said()).isEqualToIgnoringNewLines("12 private keys encrypted with k2 now; 3 before.");
    }

    @Test
    void aKeyThatCannotBeReadIsAComplaint() throws IOException {
        platform.answers("POST /v1/signing-keys/reencrypt", 200, """
                {"current":"k2","encrypted":0,"unchanged":0,"unreadable":[
                {"account":"a1","domain":"shop.example","selector":"m1r","reason":"it was changed"}]}""");

        assertThat(run("reencrypt")).isEqualTo(1);
        assertThat(platform.complained())
                .contains("shop.example, selector m1r, of account a1 is left as it is: it was changed");
    }
}
