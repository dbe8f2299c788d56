package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import java.util.List;

/** Who may sign for a domain. */
public interface Signers {
    /** One for each key of the domain; none if it has no keys, or is not proved to be the account's: nobody signs for someone else's. */
    List<DkimSigner> of(String account, String domain);
}
