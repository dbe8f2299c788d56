package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import io.milena.mail.HeaderField;
import io.milena.mail.SignedHeader;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * DKIM-Signature fields for a message: one for each key of the domain in its From: field, so that {@code d=} is aligned
 * with it (RFC 7489 §3.1.1), or one in the platform's own name if that domain has no key. Thread-safe.
 */
public final class Signatures {
    private static final Logger LOG = Logger.getLogger(Signatures.class);

    private final Signers signers;
    private final Optional<PlatformKey> platform;
    private final Clock clock;

    public Signatures(Signers signers, Optional<PlatformKey> platform, Clock clock) {
        this.signers = signers;
        this.platform = platform;
        this.clock = clock;
    }

    /** The keys that sign a message, in order; none if there is no key for it, or its body was not hashed. */
    List<DkimSigner> signers(MailRecord mail) throws UnusableKeyException {
        return mail.envelope().content().bodyHash().isEmpty() ? List.of() : signers(mail.envelope());
    }

    /** The fields of these signers for a message as it is stored, in their order. */
    String of(MailRecord mail, List<DkimSigner> signers) {
        var content = mail.envelope().content();
        return content.bodyHash()
                .map(bodyHash -> of(mail, signers, mail.content(), content.headerLength(), bodyHash))
                .orElse("");
    }

    /** Signs content that was converted on the way. */
    String of(MailRecord mail, List<DkimSigner> signers, byte[] content, int headerLength, String bodyHash) {
        if (signers.isEmpty()) {
            return "";
        }
        var header = SignedHeader.of(HeaderField.parse(content, headerLength));
        var fields = new StringBuilder();
        for (var signer : signers) {
            try {
                fields.append(signer.sign(header, bodyHash, clock.instant()));
            } catch (GeneralSecurityException e) {
                // Another key may work; unsigned mail is better than none.
                LOG.errorf("queueId=%s is not signed: %s", mail.envelope().id(), e.toString());
            }
        }
        return fields.toString();
    }

    /** The domains in whose name a message is signed now; none if there is no key for it, or one that is no use. */
    public List<String> domains(Envelope envelope) {
        try {
            return envelope.content().bodyHash().isEmpty()
                    ? List.of()
                    : signers(envelope).stream()
                            .map(DkimSigner::domain)
                            .distinct()
                            .toList();
        } catch (UnusableKeyException e) {
            return List.of();
        }
    }

    private List<DkimSigner> signers(Envelope envelope) throws UnusableKeyException {
        var from = envelope.content().fromDomain();
        var own = from.isPresent() ? signers.of(envelope.account(), from.get()) : List.<DkimSigner>of();
        return own.isEmpty() ? platform.map(PlatformKey::signer).stream().toList() : own;
    }
}
