package io.milena.delivery.remote;

import io.milena.mail.RelaxedBodyHash;
import io.milena.mail.SevenBitConverter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Content that is converted to 7 bits while it is sent; an earlier reading has found that it can be, its size, and the
 * input of its signatures.
 */
public final class SevenBitContent implements Content {
    private static final int BUFFER = 8192;

    /** Writes the octets of the original to the sink, equal each time. */
    public interface Original {
        void writeTo(Sink sink) throws IOException;
    }

    /** Makes the fields above the header section, e.g. signatures over the converted message. */
    public interface OnTop {
        byte[] of(byte[] headerSection, String bodyHash);
    }

    private final Original original;
    private final byte[] onTop;
    private final long size;

    private SevenBitContent(Original original, byte[] onTop, long size) {
        this.original = original;
        this.onTop = onTop;
        this.size = size;
    }

    /** Reads the original once. */
    public static SevenBit of(Original original, OnTop onTop) throws Unreadable {
        var header = new ByteArrayOutputStream();
        var body = new MeasuredBody();
        var converter = measured(original, header, body);
        if (!converter.eightBit()) {
            return new AsItIs();
        }
        if (converter.obstacle().isPresent()) {
            return new Impossible(converter.obstacle().get());
        }
        byte[] top = onTop.of(header.toByteArray(), body.hash.finish());
        return new Converted(new SevenBitContent(original, top, top.length + header.size() + body.octets));
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
        sink.accept(onTop, 0, onTop.length);
        var out = new BufferedOutputStream(new SinkStream(sink), BUFFER);
        convert(original, out, out);
        out.flush();
    }

    @Override
    public SevenBit sevenBit() {
        return new AsItIs();
    }

    private static SevenBitConverter measured(Original original, OutputStream header, OutputStream body)
            throws Unreadable {
        try {
            return convert(original, header, body);
        } catch (Unreadable e) {
            throw e;
        } catch (IOException e) {
            throw new Unreadable(e.getMessage(), e);
        }
    }

    private static SevenBitConverter convert(Original original, OutputStream header, OutputStream body)
            throws IOException {
        var converter = new SevenBitConverter(header, body);
        original.writeTo(converter::write);
        converter.finish();
        return converter;
    }

    private static final class MeasuredBody extends OutputStream {
        private final RelaxedBodyHash hash = new RelaxedBodyHash();
        private long octets;

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            hash.update(bytes, offset, length);
            octets += length;
        }
    }

    private static final class SinkStream extends OutputStream {
        private final Sink sink;

        SinkStream(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sink.accept(bytes, offset, length);
        }
    }
}
