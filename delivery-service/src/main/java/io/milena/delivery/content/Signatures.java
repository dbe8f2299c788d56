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

    /** In the order of the keys; empty if there is no key. */
    String of(MailRecord mail) {
        return mail.envelope()
                .content()
                .bodyHash()
                .map(bodyHash ->
                        of(mail, mail.content(), mail.envelope().content().headerLength(), bodyHash))
                .orElse("");
    }

    /** Signs content that was converted on the way. */
    String of(MailRecord mail, byte[] content, int headerLength, String bodyHash) {
        var envelope = mail.envelope();
        var chosen = signers(envelope);
        if (chosen.isEmpty()) {
            return "";
        }
        var header = SignedHeader.of(HeaderField.parse(content, headerLength));
        var fields = new StringBuilder();
        for (var signer : chosen) {
            try {
                fields.append(signer.sign(header, bodyHash, clock.instant()));
            } catch (GeneralSecurityException e) {
                // Another key may work; unsigned mail is better than none.
                LOG.errorf("queueId=%s is not signed: %s", envelope.id(), e.toString());
            }
        }
        return fields.toString();
    }

    /** The domains in whose name a message is signed now; none if there is no key for it. */
    public List<String> domains(Envelope envelope) {
        return envelope.content().bodyHash().isEmpty()
                ? List.of()
                : signers(envelope).stream().map(DkimSigner::domain).distinct().toList();
    }

    private List<DkimSigner> signers(Envelope envelope) {
        var own = envelope.content()
                .fromDomain()
                .map(domain -> signers.of(envelope.account(), domain))
                .orElse(List.of());
        return own.isEmpty() ? platform.map(PlatformKey::signer).stream().toList() : own;
    }
}
