package io.milena.ingest.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Handshakes with ourselves before the first client comes. */
class TlsRehearsalTest {
    @Test
    void handshakesAreMadeWithOurOwnCertificate() throws Exception {
        var pair = SelfSignedCertificate.make("mx.milena.test");
        assertThat(rehearses(CertificateFiles.pair(pair.certificateOctets(), pair.keyOctets(), "milena.tls")))
                .isTrue();
    }

    @Test
    void whereTheyFailTheServiceStartsAllTheSame() throws Exception {
        var one = SelfSignedCertificate.make("mx.milena.test");
        var other = SelfSignedCertificate.make("mx.milena.test");
        // The key is another's, which KeyMaterial would have refused.
        assertThat(rehearses(new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(one.certificateOctets()))
                        .setKeyValue(Buffer.buffer(other.keyOctets()))))
                .isFalse();
    }

    private static boolean rehearses(PemKeyCertOptions pair) {
        var vertx = Vertx.vertx();
        try {
            return TlsRehearsal.begin(vertx, new ServedCertificates(new HostCertificates(pair, Map.of())))
                    .await();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
