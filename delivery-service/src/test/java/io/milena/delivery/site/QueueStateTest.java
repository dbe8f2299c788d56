package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.order.Selector;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which orders are shown beside a queue. */
class QueueStateTest {
    private static final QueueState STATE = new QueueState(
            "google",
            Optional.of("eu-1"),
            3,
            100,
            Optional.empty(),
            1,
            4,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(new QueueState.Domain("gmail.com", 3)));

    @ParameterizedTest
    @CsvSource({
        "google, , , , true",
        "google, , eu-1, , true",
        "google, , eu-2, , false",
        "google, , eu-1, shop, true",
        "yahoo, , , , false",
        ", gmail.com, , , true",
        ", example.com, , , false",
        "google, example.com, , , false",
        ", , eu-1, , true",
        ", , eu-2, , false",
        // For any site: how much of this account's mail is here is not known.
        ", , , shop, false",
        ", , , , true"
    })
    void anOrderIsShownWhereItHolds(String site, String domain, String source, String account, boolean shown) {
        var selector = new Selector(
                Optional.empty(),
                Optional.ofNullable(account),
                Optional.ofNullable(domain),
                Optional.ofNullable(site),
                Optional.empty(),
                Optional.ofNullable(source));

        assertThat(STATE.isMeantBy(selector)).isEqualTo(shown);
    }
}
