package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReturnAddressTest {
    private static final Instant MADE = Instant.parse("2026-11-24T05:00:00Z");
    private static final String ID = QueueId.next(MADE.toEpochMilli());
    private static final ReturnAddress ADDRESSES =
            new ReturnAddress("Returns.example.org", "a secret of enough length", Duration.ofHours(72));

    @Test
    void anAddressForOneRecipientIsForNoOther() {
        var address = ADDRESSES.issue(ID, "a123456789", "Bob@example.net");
        var issued = ADDRESSES.verify(address.toUpperCase(Locale.ROOT), MADE).orElseThrow();

        assertThat(issued.id()).isEqualTo(ID);
        assertThat(issued.account()).isEqualTo("a123456789");
        assertThat(ADDRESSES.isFor(issued, "bob@EXAMPLE.net")).isTrue();
        assertThat(ADDRESSES.isFor(issued, "carol@example.net")).isFalse();
    }

    @Test
    void anAddressForSeveralHasTheFormOfTheVersionBefore() {
        var address = ADDRESSES.issue("1m862bw14q0ptpbs", "a1");

        assertThat(address).matches("b\\.1m862bw14q0ptpbs\\.a1\\.[a-z2-7]{16}@returns\\.example\\.org");
        var made = Instant.ofEpochMilli(QueueId.epochMillis("1m862bw14q0ptpbs").orElseThrow());
        var issued = ADDRESSES.verify(address, made).orElseThrow();
        assertThat(issued.recipient()).isEmpty();
        assertThat(ADDRESSES.isFor(issued, "bob@example.net")).isFalse();
    }

    @Test
    void aLocalPartHasRoomForTheLongestAccount() {
        assertThat(ADDRESSES.issue(ID, "a".repeat(20), "bob@example.net").indexOf('@'))
                .isEqualTo(64);
        assertThat(ADDRESSES.issue(ID, "a".repeat(21), "bob@example.net"))
                .isEqualTo(ADDRESSES.issue(ID, "a".repeat(21)));
    }

    @Test
    void anAddressIsValidForTheLifetimeAndAWeek() {
        var address = ADDRESSES.issue(ID, "a1", "bob@example.net");
        var end = MADE.plus(Duration.ofHours(72)).plus(Duration.ofDays(7));

        assertThat(ADDRESSES.verify(address, end)).isPresent();
        assertThat(ADDRESSES.verify(address, end.plusMillis(1))).isEmpty();
        assertThat(ADDRESSES.verify(ADDRESSES.issue("no-queue-id", "a1"), MADE)).isEmpty();
    }

    @Test
    void anAlteredAddressIsNotOurs() {
        var address = ADDRESSES.issue(ID, "a1", "bob@example.net");
        var parts = address.split("[.@]");

        assertThat(ADDRESSES.verify(address.replace(".a1.", ".a2."), MADE)).isEmpty();
        assertThat(ADDRESSES.verify(address.replace(parts[3], "2222222"), MADE)).isEmpty();
        assertThat(ADDRESSES.verify(address.replace("." + parts[3], ""), MADE)).isEmpty();
        assertThat(ADDRESSES.verify(address.replace("returns.", "other."), MADE))
                .isEmpty();
    }
}
