package io.milena.bench.micro;

import io.milena.mail.HeaderScanner;
import io.milena.mail.RelaxedBodyHash;
import io.milena.smtp.ContentDecoder;
import io.milena.smtp.DotDecoder;
import io.milena.smtp.DotStuffing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that touches each octet of a message, in kilobytes a millisecond, which are megabytes a second: {@code digest} is
 * the limit of {@code relaxedHash}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ContentSpeed {
    private static final int KILOBYTES = 64;

    @Param({"TEXT", "BASE64"})
    public String content;

    private byte[] octets;
    /** One header field: each line goes on with a space. */
    private byte[] field;

    private long given;

    @Setup
    public void prepare() {
        octets = SomeContent.valueOf(content).octets(KILOBYTES * 1000);
        field = ("X: " + new String(octets, StandardCharsets.ISO_8859_1).replace("\r\n", "\r\n "))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    @OperationsPerInvocation(KILOBYTES)
    public int decode() {
        return new DotDecoder(ContentDecoder.BareNewline.NORMALIZE)
                .decode(octets, 0, octets.length, (bytes, offset, length) -> given += length);
    }

    @Benchmark
    @OperationsPerInvocation(KILOBYTES)
    public void stuff() throws IOException {
        new DotStuffing(OutputStream.nullOutputStream()).write(octets, 0, octets.length);
    }

    @Benchmark
    @OperationsPerInvocation(KILOBYTES)
    public String relaxedHash() {
        var hash = new RelaxedBodyHash();
        hash.update(octets, 0, octets.length);
        return hash.finish();
    }

    @Benchmark
    @OperationsPerInvocation(KILOBYTES)
    public byte[] digest() throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(octets, 0, octets.length);
        return digest.digest();
    }

    @Benchmark
    @OperationsPerInvocation(KILOBYTES)
    public int headerScan() {
        return new HeaderScanner().scan(field, 0, field.length);
    }
}
