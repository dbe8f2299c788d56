package io.milena.delivery.remote;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TestCertificates;
import io.milena.delivery.tls.TlsPolicy;
import io.milena.topics.Recipient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client's settings for a transcript, from its lines {@code ? KEY=VALUE}: {@code tls} is a policy,
 * {@code protocol}, {@code login}, {@code ehlo} (our name), {@code from}, {@code returns} (to us), {@code to} (several
 * with commas), {@code utf8}, {@code content} (in UTF-8, with escapes), {@code eightbit}, {@code everyhop},
 * {@code ret}, {@code envid}, {@code priority}, {@code notify}, {@code orcpt}; {@code more} is a number of further
 * lines of content; {@code readable} is how often its content can be read.
 */
record Meeting(Map<String, String> settings) {
    static Meeting of(List<String> lines) {
        var settings = new HashMap<String, String>();
        for (var line : lines) {
            if (line.startsWith("? ")) {
                var pair = line.substring(2).split("=", 2);
                settings.put(pair[0], pair.length > 1 ? pair[1] : "");
            }
        }
        return new Meeting(settings);
    }

    private Optional<String> of(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    NextHop hop(RemoteHost host) {
        return hop(host, EgressSource.unnamed(of("ehlo").orElse("milena.example.org")));
    }

    NextHop hop(RemoteHost host, EgressSource source) {
        return new NextHop(
                host,
                NextHop.Protocol.valueOf(of("protocol").orElse("smtp").toUpperCase(Locale.ROOT)),
                policy(),
                of("login").map(login -> new Login(login.split(":")[0], login.split(":")[1])),
                of("everyhop").isPresent(),
                Optional.empty(),
                source);
    }

    private TlsPolicy policy() {
        var verified = new TlsPolicy.Verified("verify", Set.of("mx.example.com"), TestCertificates.TRUST);
        return switch (of("tls").orElse("opportunistic")) {
            case "off" -> new TlsPolicy.Off();
            case "opportunistic" -> new TlsPolicy.Opportunistic();
            case "require" -> new TlsPolicy.Encrypted("require");
            case "verify" -> verified;
            case "requiretls" ->
                new TlsPolicy.Verified(TlsPolicy.REQUIRETLS, Set.of("mx.example.com"), TestCertificates.TRUST);
            case "testing" -> new TlsPolicy.Tested(verified);
            case String other -> throw new IllegalArgumentException("tls: " + other);
        };
    }

    MailTransaction mail() {
        var content = of("content")
                        .map(text -> text.replace("\\r", "\r").replace("\\n", "\n"))
                        .orElse("Subject: dots\r\n\r\n.leading\r\n..two\r\nend")
                + ".\r\n".repeat(Integer.parseInt(of("more").orElse("0")));
        return new MailTransaction(
                of("from").orElse("sender@example.org"),
                of("returns").isPresent(),
                Arrays.stream(of("to").orElse("one@example.com,two@example.com").split(","))
                        .map(this::recipient)
                        .toList(),
                of("utf8").isPresent(),
                !of("utf8").orElse("").equals("header"),
                of("eightbit").isPresent(),
                of("everyhop").isPresent(),
                of("envid"),
                of("ret"),
                Optional.empty(),
                Integer.parseInt(of("priority").orElse("0")),
                new Pieces(
                        content.getBytes(StandardCharsets.UTF_8),
                        new AtomicInteger(Integer.parseInt(of("readable").orElse("1000")))));
    }

    /** Content in two pieces; in most transcripts the cut is before a dot at the start of a line. */
    record Pieces(byte[] octets, AtomicInteger readable) implements Content {
        Pieces(byte[] octets) {
            this(octets, new AtomicInteger(1000));
        }

        @Override
        public long size() {
            return octets.length;
        }

        @Override
        public void writeTo(Sink sink) throws IOException {
            if (readable.decrementAndGet() < 0) {
                throw new Unreadable("a chunk is gone", null);
            }
            sink.accept(octets, 0, 17);
            sink.accept(octets, 17, octets.length - 17);
        }

        @Override
        public SevenBit sevenBit() throws Unreadable {
            return SevenBitContent.of(this::writeTo, (header, bodyHash) -> new byte[0]);
        }
    }

    private Recipient recipient(String path) {
        return new Recipient(
                path,
                of("orcpt").or(() -> of("notify").map(kinds -> "rfc822;" + path)),
                of("notify").map(kinds -> Set.of(kinds.split("\\+"))).orElse(Set.of()));
    }
}
