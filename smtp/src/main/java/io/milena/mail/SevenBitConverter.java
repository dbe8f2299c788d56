package io.milena.mail;

import io.milena.mail.MimeHeader.Encoded;
import io.milena.mail.MimeHeader.Kept;
import io.milena.mail.MimeHeader.Message;
import io.milena.mail.MimeHeader.Parts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Converts 8-bit content to 7-bit content (RFC 6152 §3, RFC 2045, RFC 2046): encodes the parts that may be encoded, and
 * labels them; UTF-8 in header sections becomes encoded words (RFC 2047). Takes the content in pieces of any size and keeps one header section or line in memory; at the end it
 * says whether all could be converted. Confined to one thread.
 */
public final class SevenBitConverter {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int DEEPEST = 20;
    /** Largest header section: the limit of ingest, and the fields that it adds. */
    private static final int LONGEST_SECTION = HeaderScanner.MAX_OCTETS + 16 * 1024;
    /** RFC 5322 §2.1.1, with its line end: a longer line is no delimiter. */
    private static final int LONGEST_DELIMITER = 1000;

    /** An open multipart, with the depth of its parts. */
    private record Multipart(byte[] delimiter, String defaultType, int depth) {}

    private final List<Multipart> open = new ArrayList<>();
    private final OutputStream body;
    private OutputStream out;

    /** The header section being read, if there is one, followed by the line being read. */
    private byte[] held = new byte[1024];

    private int heldLength;
    private int lineStart;

    /** Default type of the entity whose header section is being read; below, whether it is a message, and its depth. */
    private String defaultType = "text/plain";

    private boolean isMessage = true;
    private int depth;
    private boolean inSection = true;

    /** Takes the body being read. */
    private TransferEncoder entity = new AsItIs("a header section");

    /** Whether the line being read cannot be a delimiter. */
    private boolean inLine;

    private boolean carriageReturn;
    /** A line end that waits for the next line: before a delimiter it belongs to the delimiter (RFC 2046 §5.1.1). */
    private boolean lineEndPending;

    private int octetsSeen;
    private String obstacle;

    /** Writes the header section of the content to one stream, and the body to the other. */
    public SevenBitConverter(OutputStream header, OutputStream body) {
        this.out = header;
        this.body = body;
    }

    /** Whether there was any octet that 7-bit content cannot have. */
    public boolean eightBit() {
        return octetsSeen < 0;
    }

    /** The place of octets that cannot be converted without loss; the output is of no use then. */
    public Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        octetsSeen |= union(bytes, offset, end);
        int at = offset;
        while (at < end) {
            at = inLine ? text(bytes, at, end) : lineStart(bytes, at, end);
        }
    }

    /** Ends the content. */
    public void finish() throws IOException {
        if (heldLength > lineStart) {
            wholeLine();
        }
        if (carriageReturn) {
            entity.write(CRLF, 0, 1);
        }
        if (lineEndPending) {
            entity.write(CRLF, 0, 2);
            lineEndPending = false;
        }
        endEntity();
        if (entity instanceof Base64Encoder) {
            out.write(CRLF);
        }
    }

    /** Keeps a line in memory while it may be a delimiter or belongs to a header section. */
    private int lineStart(byte[] bytes, int from, int end) throws IOException {
        int at = from + 1;
        if (inSection || heldLength >= 2) {
            while (at < end && bytes[at - 1] != '\n') {
                at++;
            }
        } else if (open.isEmpty() || bytes[from] != '-') {
            release();
            return from;
        }
        hold(bytes, from, at);
        if (inSection && heldLength > LONGEST_SECTION) {
            giveUpSection();
        } else if (!inSection && heldLength > LONGEST_DELIMITER) {
            release();
        } else if (heldLength - lineStart >= 2 && held[heldLength - 2] == '\r' && held[heldLength - 1] == '\n') {
            wholeLine();
        }
        return at;
    }

    private void hold(byte[] bytes, int from, int to) {
        int length = heldLength + to - from;
        if (length > held.length) {
            held = Arrays.copyOf(held, Math.max(length, held.length * 2));
        }
        System.arraycopy(bytes, from, held, heldLength, to - from);
        heldLength = length;
    }

    private void wholeLine() throws IOException {
        if (delimiter()) {
            return;
        }
        if (!inSection) {
            release();
        } else if (heldLength - lineStart == 2 && held[lineStart] == '\r') {
            endSection();
        } else {
            lineStart = heldLength;
        }
    }

    /** The line is text of the body. */
    private void release() throws IOException {
        inLine = true;
        if (lineEndPending) {
            lineEndPending = false;
            entity.write(CRLF, 0, 2);
        }
        int from = lineStart;
        int to = heldLength;
        heldLength = 0;
        lineStart = 0;
        while (from < to) {
            from = text(held, from, to);
        }
    }

    /** Passes on the rest of a line and remembers its CRLF. */
    private int text(byte[] bytes, int from, int end) throws IOException {
        if (carriageReturn) {
            carriageReturn = false;
            if (bytes[from] == '\n') {
                lineEndPending = true;
                inLine = false;
                return from + 1;
            }
            entity.write(CRLF, 0, 1);
        }
        int at = from;
        while (at < end && bytes[at] != '\r') {
            at++;
        }
        entity.write(bytes, from, at - from);
        carriageReturn = at < end;
        return carriageReturn ? at + 1 : at;
    }

    private void beginSection(String defaultTypeOfEntity, boolean ofMessage, int depthOfEntity) {
        defaultType = defaultTypeOfEntity;
        isMessage = ofMessage;
        depth = depthOfEntity;
        inSection = true;
        // A header section without an end stays as it is.
        entity = new AsItIs("a header section");
    }

    private void endSection() throws IOException {
        var header = MimeHeader.read(Arrays.copyOf(held, lineStart), defaultType);
        if (union(held, 0, lineStart) < 0) {
            var words = header.withEncodedWords();
            if (words.isEmpty()) {
                obstruct("a header section");
            }
            header = words.orElse(header);
        }
        out.write(header.converted(isMessage));
        out = body;
        inSection = false;
        heldLength = 0;
        lineStart = 0;
        switch (header.treatment()) {
            case Kept(var place) -> entity = new AsItIs(place);
            case Encoded(var encoding) ->
                entity = switch (encoding) {
                    case QUOTED_PRINTABLE -> new QuotedPrintableEncoder(out);
                    case BASE64 -> new Base64Encoder(out);
                };
            case Parts(var boundary, var typeOfParts)
            when depth < DEEPEST -> {
                open.add(
                        new Multipart(("--" + boundary).getBytes(StandardCharsets.ISO_8859_1), typeOfParts, depth + 1));
                entity = new AsItIs("the text before the parts of a multipart");
            }
            case Message message when depth < DEEPEST -> beginSection("text/plain", true, depth + 1);
            case Parts parts -> entity = new AsItIs("a part that is nested too deep");
            case Message message -> entity = new AsItIs("a part that is nested too deep");
        }
    }

    private void giveUpSection() throws IOException {
        entity = new AsItIs("a part whose header section is too long");
        inSection = false;
        out = body;
        entity.write(held, 0, lineStart);
        release();
    }

    /** Whether the line is a delimiter; it ends all entities inside its multipart. */
    private boolean delimiter() throws IOException {
        for (int i = open.size() - 1; i >= 0; i--) {
            var multipart = open.get(i);
            int after = lineStart + multipart.delimiter().length;
            if (isHeld(multipart.delimiter(), lineStart)) {
                // RFC 2046 §5.1.1: white space may follow; other characters belong to a longer boundary.
                boolean last = isHeld(new byte[] {'-', '-'}, after) && isBlank(after + 2);
                if (last || isBlank(after)) {
                    delimited(i, last);
                    return true;
                }
            }
        }
        return false;
    }

    private void delimited(int index, boolean last) throws IOException {
        endEntity();
        if (lineEndPending) {
            lineEndPending = false;
            out.write(CRLF);
        }
        out.write(held, lineStart, heldLength - lineStart);
        heldLength = 0;
        lineStart = 0;
        var multipart = open.get(index);
        open.subList(last ? index : index + 1, open.size()).clear();
        if (last) {
            inSection = false;
            entity = new AsItIs("the text behind the parts of a multipart");
        } else {
            beginSection(multipart.defaultType(), false, multipart.depth());
        }
    }

    private void endEntity() throws IOException {
        if (inSection) {
            entity.write(held, 0, lineStart);
        }
        entity.finish();
    }

    private boolean isHeld(byte[] octets, int at) {
        return at + octets.length <= heldLength
                && Arrays.equals(held, at, at + octets.length, octets, 0, octets.length);
    }

    private boolean isBlank(int from) {
        int i = from;
        while (i < heldLength && (held[i] == ' ' || held[i] == '\t')) {
            i++;
        }
        return i == heldLength || i == heldLength - 2 && isHeld(CRLF, i);
    }

    private void obstruct(String place) {
        if (obstacle == null) {
            obstacle = "there are 8-bit octets in " + place;
        }
    }

    /** Negative if one of the octets is 8-bit. */
    private static int union(byte[] bytes, int from, int to) {
        int union = 0;
        for (int i = from; i < to; i++) {
            union |= bytes[i];
        }
        return union;
    }

    /** Writes octets as they are, and remembers where 8-bit ones prevent the conversion. */
    private final class AsItIs implements TransferEncoder {
        private final String place;

        AsItIs(String place) {
            this.place = place;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (union(bytes, offset, offset + length) < 0) {
                obstruct(place);
            }
            out.write(bytes, offset, length);
        }

        @Override
        public void finish() {}
    }
}
