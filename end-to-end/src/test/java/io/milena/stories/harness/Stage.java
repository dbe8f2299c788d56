package io.milena.stories.harness;

import io.milena.testing.FakeDns;
import io.milena.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * The world around a platform: a name server and, on 127.0.1.0/24, mail exchangers that all listen on one port, as real
 * ones do on 25. Thread-safe.
 */
public final class Stage implements AutoCloseable {
    static {
        // Conditions are met within moments on an idle machine. This bounds a failure, not a story.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
    }

    private final FakeDns dns;
    private final PolicyServer policies;
    private final int remotePort;
    private final AtomicInteger hosts = new AtomicInteger();
    private final List<ScriptedMx> exchangers = new CopyOnWriteArrayList<>();

    private Stage(FakeDns dns, PolicyServer policies, int remotePort) {
        this.dns = dns;
        this.policies = policies;
        this.remotePort = remotePort;
    }

    public static Stage open() {
        try {
            return new Stage(FakeDns.start(), PolicyServer.start(), FreePorts.take());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FakeDns dns() {
        return dns;
    }

    /** Announces and publishes a policy for the domain (RFC 8461). */
    public void policy(String domain, String id, String policy) {
        dns.forget("_mta-sts." + domain).txt("_mta-sts." + domain, "v=STSv1; id=" + id + ";");
        dns.forget("mta-sts." + domain).address("mta-sts." + domain, "127.0.0.1");
        policies.publish(domain, policy);
    }

    /** Number of requests for policies so far. */
    public int policyRequests() {
        return policies.requests();
    }

    /** The name of an exchanger's TLSA records. */
    public String tlsaName(String host) {
        return "_" + remotePort + "._tcp." + host;
    }

    /** A TLSA record that matches the exchangers' certificate, or matches none. */
    public void tlsa(String host, boolean right) {
        dns.forget(tlsaName(host));
        dns.tlsa(host, remotePort, right ? Certificates.keyHash() : new byte[32]);
    }

    /** An exchanger for the domain: {@code mx.<domain>}. */
    public ScriptedMx exchangerFor(String domain) {
        dns.mx(domain, 10, "mx." + domain);
        return host("mx." + domain);
    }

    /** A host with an address on which it listens. */
    public ScriptedMx host(String name) {
        var mx = ScriptedMx.listen(nextAddress(), remotePort);
        exchangers.add(mx);
        dns.address(name, mx.host());
        return mx;
    }

    /** A host with an address on which nobody listens. */
    public void deadHost(String name) {
        dns.address(name, nextAddress());
    }

    /** A platform in this world, which retries after 1 and 2 seconds, and reports a delay after 2. */
    public Platform.Builder platform(String name) {
        return Platform.named(name)
                .set("milena.hostname", "milena.test")
                .set("milena.dns.servers", dns.endpoint())
                // Most stories register domains without proving them.
                .set("milena.domains.verification", "off")
                .set("milena.dns.max-ttl", "5s")
                .set("milena.dns.negative-ttl", "1s")
                .set("milena.delivery.remote-port", Integer.toString(remotePort))
                .set("milena.delivery.allowed-networks", "127.0.0.0/8")
                .set("milena.delivery.web-networks", "127.0.0.0/8")
                .set("milena.dns.dnssec", "trust")
                .set("milena.delivery.tls.mta-sts-port", Integer.toString(policies.port()))
                .set(
                        "milena.delivery.tls.trusted-certificates",
                        Certificates.file().toString())
                .set("milena.delivery.suspend.first", "1s")
                .set("milena.delivery.suspend.max", "2s")
                .set("milena.retry.delays", "1s,2s")
                .set("milena.retry.delay-report", "2s");
    }

    private String nextAddress() {
        return "127.0.1." + hosts.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        for (var exchanger : exchangers) {
            exchanger.close();
        }
        policies.close();
        dns.close();
    }
}
