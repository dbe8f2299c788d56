package io.milena.auth.rest;

import io.milena.auth.domain.DnsRecord;
import io.milena.auth.domain.PublishedRecords;
import io.milena.auth.store.DkimKey;
import io.milena.auth.store.SendingDomain;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A domain as the API shows it. */
public record DomainView(
        @Schema(examples = "example.com") String name,

        @Schema(description = "Whether its owner has proved the domain.")
        boolean verified,

        @Schema(description = "Its keys.") List<KeyView> dkim,

        @Schema(description = "The records to publish in DNS.")
        List<DnsRecord> records) {

    /** A key as the API shows it. */
    public record KeyView(
            String selector,
            String algorithm,

            @Schema(description = "Whether mail is signed with it, or its record has yet to be seen in DNS.")
            boolean signing) {
        static KeyView of(DkimKey key) {
            return new KeyView(key.selector, key.algorithm, key.signing);
        }
    }

    static DomainView of(SendingDomain domain, PublishedRecords records) {
        return new DomainView(
                domain.name,
                domain.verified,
                domain.keys().stream().map(KeyView::of).toList(),
                records.of(domain));
    }
}
