package io.milena.delivery.content;

import io.milena.delivery.remote.Content;
import io.milena.delivery.remote.SevenBitContent;
import io.milena.topics.MailRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The content of a message as it is sent: DKIM signatures first, then header section and body; a large body comes chunk
 * by chunk from its topic. Thread-safe.
 */
public final class Contents {
    private final Signatures signatures;
    private final BodyReader bodies;

    public Contents(Signatures signatures, BodyReader bodies) {
        this.signatures = signatures;
        this.bodies = bodies;
    }

    public Stored of(MailRecord mail) {
        return new Stored(octets(signatures.of(mail)), mail);
    }

    private static byte[] octets(String fields) {
        return fields.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One message's content; it may be written again to another host. Used by one worker. */
    public final class Stored implements Content {
        private final byte[] signatureFields;
        private final MailRecord mail;
        /** Kept for the next host that needs it. */
        private SevenBit sevenBit;

        private Stored(byte[] signatureFields, MailRecord mail) {
            this.signatureFields = signatureFields;
            this.mail = mail;
        }

        @Override
        public long size() {
            return signatureFields.length + mail.envelope().content().size();
        }

        @Override
        public void writeTo(Sink sink) throws IOException {
            sink.accept(signatureFields, 0, signatureFields.length);
            writeUnsigned(sink);
        }

        @Override
        public SevenBit sevenBit() throws Unreadable {
            if (sevenBit == null) {
                sevenBit = SevenBitContent.of(
                        this::writeUnsigned,
                        (header, bodyHash) -> octets(signatures.of(mail, header, header.length, bodyHash)));
            }
            return sevenBit;
        }

        private void writeUnsigned(Sink sink) throws IOException {
            sink.accept(mail.content(), 0, mail.content().length);
            var body = mail.envelope().content().body();
            if (body.isPresent()) {
                bodies.read(body.get(), sink);
            }
        }
    }
}
