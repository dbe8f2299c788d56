package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Words of eight octets, beside a loop over the octets. */
class OctetsTest {
    @Property
    void octetsThatAreAlikeAreFoundAndNoOthers(
            @ForAll @Size(16) byte[] octets, @ForAll @IntRange(max = 8) int at, @ForAll byte wanted) {
        octets[at + 3] = wanted;
        long found = Octets.alike(Octets.word(octets, at), Octets.repeated((char) (wanted & 0xff)));
        for (int i = 0; i < Octets.WORD; i++) {
            assertThat((found >>> 8 * i & 0xff) == 0x80).as("octet " + i).isEqualTo(octets[at + i] == wanted);
        }
    }

    @Property
    void theFirstOctetBelowALimitIsFound(
            @ForAll @Size(8) byte[] octets, @ForAll @IntRange(min = 1, max = 128) int limit) {
        int first = 0;
        while (first < Octets.WORD && (octets[first] & 0xff) >= limit) {
            first++;
        }
        long found = Octets.below(Octets.word(octets, 0), limit);
        if (first == Octets.WORD) {
            assertThat(found).isZero();
        } else {
            assertThat(Octets.first(found)).isEqualTo(first);
        }
    }

    @Property
    void anOctetIsFoundWhereALoopFindsIt(@ForAll @Size(max = 40) byte[] octets, @ForAll @IntRange(max = 40) int from) {
        int begin = Math.min(from, octets.length);
        for (char wanted : new char[] {'.', '\n', 0}) {
            int at = begin;
            while (at < octets.length && octets[at] != wanted) {
                at++;
            }
            assertThat(Octets.indexOf(wanted, octets, begin, octets.length)).isEqualTo(at);
        }
    }

    @Property
    void whatStandsBeforeAPlaceIsKept(@ForAll @Size(8) byte[] octets, @ForAll @IntRange(max = 7) int place) {
        boolean high = false;
        for (int i = 0; i < place; i++) {
            high |= octets[i] < 0;
        }
        assertThat(Octets.hasHighBit(Octets.before(Octets.word(octets, 0), place)))
                .isEqualTo(high);
    }
}
