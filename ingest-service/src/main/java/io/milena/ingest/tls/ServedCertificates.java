package io.milena.ingest.tls;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The certificates that listeners show, which can be exchanged while clients connect: each handshake takes the pair that
 * is present when it begins. Vert.x can exchange them too ({@code updateSSLOptions}), but drops each connection that
 * comes while it builds the new context. Thread-safe.
 */
public final class ServedCertificates implements KeyCertOptions {
    private volatile HostCertificates present;

    public ServedCertificates(HostCertificates first) {
        this.present = first;
    }

    /** Shows these from now on; they are for the same hosts as those before. */
    public void use(HostCertificates next) {
        present = next;
    }

    /** Sets what TLS of a listener needs, for a port that begins with it or offers STARTTLS. */
    public NetServerOptions secure(NetServerOptions options) {
        options.setSni(present.severalHosts())
                .setKeyCertOptions(this)
                .setEnabledSecureTransportProtocols(KeyMaterial.PROTOCOLS);
        KeyMaterial.CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
        return options;
    }

    @Override
    public KeyManagerFactory getKeyManagerFactory(Vertx vertx) throws Exception {
        return factory(() -> present.own(), vertx);
    }

    /** An unknown name has none, and our own certificate is used. */
    @Override
    public Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
        return name -> present.of(name)
                .map(known -> factory(() -> present.of(name).orElse(known), vertx))
                .orElse(null);
    }

    private static KeyManagerFactory factory(Supplier<PemKeyCertOptions> pair, Vertx vertx) {
        try {
            return KeyCertOptions.wrap(new PresentKeyManager(pair, vertx)).getKeyManagerFactory(vertx);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public KeyCertOptions copy() {
        return this;
    }

    /**
     * Gives each handshake the present pair. An alias begins with the number of its pair: a handshake that has chosen one
     * gets the key and the chain of it, though the pair is exchanged meanwhile.
     */
    private static final class PresentKeyManager extends X509ExtendedKeyManager {
        private final Supplier<PemKeyCertOptions> pairs;
        private final Vertx vertx;
        private Generation newest;
        private Generation before;

        private record Generation(long number, PemKeyCertOptions pair, X509ExtendedKeyManager keys) {}

        PresentKeyManager(Supplier<PemKeyCertOptions> pairs, Vertx vertx) throws Exception {
            this.pairs = pairs;
            this.vertx = vertx;
            var pair = pairs.get();
            newest = new Generation(0, pair, keys(pair));
            before = newest;
        }

        private X509ExtendedKeyManager keys(PemKeyCertOptions pair) throws Exception {
            return (X509ExtendedKeyManager) pair.getKeyManagerFactory(vertx).getKeyManagers()[0];
        }

        private synchronized Generation present() {
            var pair = pairs.get();
            if (pair != newest.pair()) {
                try {
                    var next = new Generation(newest.number() + 1, pair, keys(pair));
                    before = newest;
                    newest = next;
                } catch (Exception e) {
                    // KeyMaterial has checked before that it is a pair.
                    throw new IllegalStateException(e);
                }
            }
            return newest;
        }

        private synchronized X509ExtendedKeyManager of(String alias) {
            long number = Long.parseLong(alias.substring(0, alias.indexOf(':')));
            return (number == newest.number() ? newest : before).keys();
        }

        private static String inner(String alias) {
            return alias.substring(alias.indexOf(':') + 1);
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            var generation = present();
            var alias = generation.keys().chooseEngineServerAlias(keyType, issuers, engine);
            return alias == null ? null : generation.number() + ":" + alias;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            var generation = present();
            var alias = generation.keys().chooseServerAlias(keyType, issuers, socket);
            return alias == null ? null : generation.number() + ":" + alias;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            var generation = present();
            var aliases = generation.keys().getServerAliases(keyType, issuers);
            if (aliases == null) {
                return null;
            }
            for (int i = 0; i < aliases.length; i++) {
                aliases[i] = generation.number() + ":" + aliases[i];
            }
            return aliases;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return of(alias).getCertificateChain(inner(alias));
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return of(alias).getPrivateKey(inner(alias));
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("for servers only");
        }
    }
}
