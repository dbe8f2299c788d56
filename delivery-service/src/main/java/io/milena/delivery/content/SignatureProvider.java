package io.milena.delivery.content;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The provider for DKIM signatures: Amazon Corretto's, which is native and several times as fast as the JDK
 * (docs/decisions/0005), or the JDK if its library cannot be loaded. It is passed to the signers and not installed in
 * the JVM, so that TLS and all other code use the JDK's.
 */
public final class SignatureProvider {
    private static final Logger LOG = Logger.getLogger(SignatureProvider.class);

    private SignatureProvider() {}

    /** Empty means the JDK. Logs the choice. */
    public static Optional<Provider> fastest() {
        try {
            var corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            var error = corretto.getLoadingError();
            if (error == null) {
                LOG.infof("DKIM signatures are computed by %s %s", corretto.getName(), corretto.getVersionStr());
                return Optional.of(corretto);
            }
            LOG.infof("DKIM signatures are computed by the JDK, several times as slow: %s", error);
        } catch (LinkageError e) {
            LOG.infof("DKIM signatures are computed by the JDK, several times as slow: %s", e);
        }
        return Optional.empty();
    }
}
