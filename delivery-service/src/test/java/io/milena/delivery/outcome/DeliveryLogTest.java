package io.milena.delivery.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Json;
import io.milena.topics.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DeliveryLogTest {
    private static final String OUTCOME = """
            {"type":"BOUNCED","id":"01jdm5e9kq3x7v2b","account":"shop","reversePath":"\\"a b\\u2028\\"@example.org",
             "recipient":"jürgen\\u202e@example.net","at":"2026-11-24T12:00:00Z","attempt":1,"status":"5.1.1",
             "remoteMta":"mx.example.net\\u0007","queuedMillis":5}""";

    @Test
    void strangersCannotBeginALineOrAKeyOrTurnTheDirection() {
        var outcome = Json.read(OUTCOME.getBytes(StandardCharsets.UTF_8), Outcome.class);

        assertThat(DeliveryLog.line(outcome, "550 no\n such\u2028 user\" outcome=DELIVERED \u202ekö"))
                .isEqualTo("queueId=01jdm5e9kq3x7v2b reversePath=<\"a_b_\"@example.org>"
                        + " forwardPath=<jürgen_@example.net> outcome=BOUNCED status=5.1.1 attempt=1"
                        + " mxHost=mx.example.net_ reply=\"550 no\uFFFD such\uFFFD user' outcome=DELIVERED \uFFFDkö\"");
    }
}
