package io.milena.delivery.content;

import io.milena.delivery.remote.Content;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Content whose last piece is held back until it is certain that the message is still ours to send: a process that was
 * stopped in the middle of a transaction must not complete it if another replica has begun it again.
 */
public final class ReservedContent implements Content {
    private final Content content;
    private final BooleanSupplier mayComplete;

    public ReservedContent(Content content, BooleanSupplier mayComplete) {
        this.content = content;
        this.mayComplete = mayComplete;
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
        var before = new Object() {
            long octets;
            boolean asked;
        };
        content.writeTo((bytes, offset, length) -> {
            before.octets += length;
            if (before.octets >= size() && !before.asked) {
                before.asked = true;
                ask();
            }
            sink.accept(bytes, offset, length);
        });
        if (!before.asked) {
            ask();
        }
    }

    private void ask() throws Unreadable {
        if (!mayComplete.getAsBoolean()) {
            throw new Unreadable("another replica has the message now", null);
        }
    }

    @Override
    public SevenBit sevenBit() throws Unreadable {
        return content.sevenBit() instanceof Converted(var converted)
                ? new Converted(new ReservedContent(converted, mayComplete))
                : content.sevenBit();
    }
}
