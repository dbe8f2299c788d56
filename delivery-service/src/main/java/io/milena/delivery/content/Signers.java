package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import java.util.List;

/** Finds the signers for a domain. */
public interface Signers {
    /**
     * One for each key of the domain; none if it has no keys, or is not a verified domain of the account: nobody signs
     * in another's name.
     *
     * @throws UnusableKeyException if the domain has a key which cannot be used, so that its mail must wait
     */
    List<DkimSigner> of(String account, String domain) throws UnusableKeyException;
}
