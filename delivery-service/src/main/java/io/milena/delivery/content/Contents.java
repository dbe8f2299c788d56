package io.milena.delivery.content;

import io.milena.delivery.remote.Content;
import io.milena.delivery.remote.SevenBitContent;
import io.milena.mail.DkimSigner;
import io.milena.topics.MailRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

    /** @throws UnusableKeyException if the message must wait, since a key of its domain cannot be used */
    public Stored of(MailRecord mail) throws UnusableKeyException {
        return new Stored(signatures.signers(mail), mail);
    }

    private static byte[] octets(String fields) {
        return fields.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One message's content; it may be written again to another host. Used by one worker. */
    public final class Stored implements Content {
        /** Chosen once, so that all of an attempt is signed alike. */
        private final List<DkimSigner> signers;

        private final byte[] signatureFields;
        private final MailRecord mail;
        /** Kept for the next host that needs it. */
        private SevenBit sevenBit;

        private Stored(List<DkimSigner> signers, MailRecord mail) {
            this.signers = signers;
            this.signatureFields = octets(signatures.of(mail, signers));
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
                        (header, bodyHash) -> octets(signatures.of(mail, signers, header, header.length, bodyHash)));
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
