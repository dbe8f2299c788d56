package io.milena.stories.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

class Ed25519DkimTest {
    // RFC 8463 appendix A.
    private static final String KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private static final String EXAMPLE = """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game.  Are you hungry yet?

            Joe.
            """.replace("\n", "\r\n");

    @Test
    void theExampleOfTheRfcHoldsAndAChangeDoesNot() throws GeneralSecurityException {
        assertThat(verify(EXAMPLE)).isTrue();
        assertThat(verify(EXAMPLE.replace("hungry", "angry"))).isFalse();
        assertThat(verify(EXAMPLE.replace("dinner", "supper"))).isFalse();
    }

    private static boolean verify(String message) throws GeneralSecurityException {
        var content = message.getBytes(StandardCharsets.UTF_8);
        return Ed25519Dkim.verify(content, Ed25519Dkim.fields(content).getFirst(), KEY);
    }
}
