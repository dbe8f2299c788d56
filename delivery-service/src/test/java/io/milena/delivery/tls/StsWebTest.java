package io.milena.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Policies fetched from a real HTTPS server on loopback. */
class StsWebTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final TestCertificates.Chain ITS_OWN = TestCertificates.of("mta-sts.example.com");
    private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";

    private final FakeDns dns = new FakeDns().address("mta-sts.example.com", "127.0.0.1");

    @AfterAll
    static void end() {
        VERTX.close();
    }

    @Test
    void aPolicyIsReadWholeOrInChunks() throws Exception {
        assertThat(fetched(ITS_OWN, request -> policy(request).end(POLICY))).isEqualTo(POLICY);
        assertThat(fetched(ITS_OWN, request -> {
                    var response = policy(request).setChunked(true);
                    response.write(POLICY.substring(0, 20));
                    response.end(POLICY.substring(20));
                }))
                .isEqualTo(POLICY);
    }

    @Test
    void theHostAndThePathAreThoseOfTheStandard() throws Exception {
        assertThat(fetched(
                        ITS_OWN,
                        request -> policy(request).end(request.authority().host() + request.path())))
                .isEqualTo("mta-sts.example.com/.well-known/mta-sts.txt");
    }

    @Test
    void aCertificateForAnotherHostOrFromNobodyIsRefused() throws Exception {
        for (var chain : List.of(
                TestCertificates.of("example.com"),
                TestCertificates.EXPIRED,
                TestCertificates.UNKNOWN,
                TestCertificates.SELF_SIGNED)) {
            assertThat(fetched(chain, request -> policy(request).end(POLICY))).isEqualTo("sts-webpki-invalid");
        }
    }

    @Test
    void onlyAPlainTwoHundredIsAPolicy() throws Exception {
        assertThat(fetched(
                        ITS_OWN,
                        request -> request.response()
                                .setStatusCode(301)
                                .putHeader("Location", "https://mta-sts.example.com/other")
                                .end()))
                .isEqualTo("sts-policy-fetch-error");
        assertThat(fetched(
                        ITS_OWN,
                        request -> request.response().setStatusCode(404).end()))
                .isEqualTo("sts-policy-fetch-error");
        assertThat(fetched(
                        ITS_OWN,
                        request -> request.response()
                                .putHeader("Content-Type", "text/html")
                                .end(POLICY)))
                .isEqualTo("sts-policy-invalid");
        assertThat(fetched(ITS_OWN, request -> request.connection().close())).isEqualTo("sts-policy-fetch-error");
        assertThat(fetched(ITS_OWN, request -> policy(request).end("x".repeat(64 * 1024 + 1))))
                .isEqualTo("sts-policy-invalid");
    }

    @Test
    void whatIsNotThereOrInsideIsNotAsked() throws Exception {
        assertThat(fetched(new StsWeb(
                        VERTX, new FakeDns(), new NetworkPolicy(List.of("127.0.0.0/8")), TestCertificates.TRUST, 1)))
                .isEqualTo("sts-policy-fetch-error");
        assertThat(fetched(new StsWeb(VERTX, dns, new NetworkPolicy(List.of()), TestCertificates.TRUST, 1)))
                .isEqualTo("sts-policy-fetch-error");
    }

    private static HttpServerResponse policy(HttpServerRequest request) {
        return request.response().putHeader("Content-Type", "text/plain; charset=utf-8");
    }

    private String fetched(TestCertificates.Chain chain, Consumer<HttpServerRequest> answer) throws Exception {
        HttpServer server = VERTX.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(KeyCertOptions.wrap(chain.keyManager())))
                .requestHandler(answer::accept)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        try (var web = new StsWeb(
                VERTX, dns, new NetworkPolicy(List.of("127.0.0.0/8")), TestCertificates.TRUST, server.actualPort())) {
            return fetched(web);
        } finally {
            server.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    private static String fetched(StsWeb web) {
        return switch (web.fetch("example.com")) {
            case StsSource.Text text -> text.policy();
            case StsSource.Failed failed -> failed.failure().type().toString();
        };
    }
}
