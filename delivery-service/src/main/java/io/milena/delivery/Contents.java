package io.milena.delivery;

import io.milena.delivery.remote.Content;
import io.milena.topics.MailRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The content of a message as it leaves: DKIM signatures on top, then header section and body, a large body chunk by chunk from its topic. Thread-safe. */
final class Contents {
    private final Signatures signatures;
    private final BodyReader bodies;

    Contents(Signatures signatures, BodyReader bodies) {
        this.signatures = signatures;
        this.bodies = bodies;
    }

    Stored of(MailRecord mail) {
        byte[] signed = signatures.of(mail).getBytes(StandardCharsets.ISO_8859_1);
        return new Stored(signed, mail);
    }

    /** One message's content; it may be written again to another host. */
    final class Stored implements Content {
        private final byte[] signatureFields;
        private final MailRecord mail;

        private Stored(byte[] signatureFields, MailRecord mail) {
            this.signatureFields = signatureFields;
            this.mail = mail;
        }

        @Override
        public long size() {
            return signatureFields.length + mail.envelope().size();
        }

        @Override
        public void writeTo(Sink sink) throws IOException {
            sink.accept(signatureFields, 0, signatureFields.length);
            sink.accept(mail.content(), 0, mail.content().length);
            var body = mail.envelope().body();
            if (body.isPresent()) {
                bodies.read(body.get(), sink);
            }
        }
    }
}
