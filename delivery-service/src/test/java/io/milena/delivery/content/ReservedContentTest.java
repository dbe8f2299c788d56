package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.delivery.remote.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a message is sent only while no other replica may have begun it. */
class ReservedContentTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @Test
    void whatIsStillOursGoesWhole() throws IOException {
        new ReservedContent(pieces("header", "body", "end"), () -> true).writeTo(sent::write);
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("headerbodyend");
    }

    @Test
    void theLastPieceOfWhatIsAnothersStaysHere() {
        var content = new ReservedContent(pieces("header", "body", "end"), () -> false);
        assertThatThrownBy(() -> content.writeTo(sent::write)).isInstanceOf(Content.Unreadable.class);
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("headerbody");
    }

    @Test
    void soDoesThatOfItsSevenBitForm() throws IOException {
        var content = new ReservedContent(pieces("header", "end"), () -> false);
        var converted = ((Content.Converted) content.sevenBit()).content();
        assertThatThrownBy(() -> converted.writeTo(sent::write)).isInstanceOf(Content.Unreadable.class);
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("header");
    }

    private static Content pieces(String... pieces) {
        return new Content() {
            @Override
            public long size() {
                return String.join("", pieces).length();
            }

            @Override
            public void writeTo(Sink sink) throws IOException {
                for (var piece : List.of(pieces)) {
                    sink.accept(piece.getBytes(StandardCharsets.US_ASCII), 0, piece.length());
                }
            }

            @Override
            public SevenBit sevenBit() {
                return new Converted(this);
            }
        };
    }
}
