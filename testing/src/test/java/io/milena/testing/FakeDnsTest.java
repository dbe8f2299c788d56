package io.milena.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

class FakeDnsTest {
    private FakeDns dns;

    @BeforeEach
    void start() throws IOException {
        dns = FakeDns.start();
    }

    @AfterEach
    void stop() throws IOException {
        dns.close();
    }

    @Test
    void answersWhatItWasToldAndCountsTheQuestions() throws IOException {
        dns.mx("a.test", 20, "mx2.a.test").mx("a.test", 10, "mx1.a.test").address("mx1.a.test", "127.0.1.1");
        dns.address("mx1.a.test", "::1").cname("alias.a.test", "mx1.a.test");

        assertThat(ask("a.test", Type.MX).getSection(Section.ANSWER))
                .extracting(record -> ((MXRecord) record).getTarget().toString())
                .containsExactlyInAnyOrder("mx1.a.test.", "mx2.a.test.");
        assertThat(ask("mx1.a.test", Type.A).getSection(Section.ANSWER)).hasSize(1);
        assertThat(ask("mx1.a.test", Type.AAAA).getSection(Section.ANSWER)).hasSize(1);
        assertThat(ask("alias.a.test", Type.A).getSection(Section.ANSWER)).hasSize(2);
        assertThat(dns.questions("A.test", "MX")).isEqualTo(1);
    }

    @Test
    void failsOrIsSilentAsAWhole() throws IOException {
        dns.mx("a.test", 10, "mx.a.test");

        dns.become(FakeDns.Health.FAILING);
        assertThat(rcode("a.test", Type.MX)).isEqualTo(Rcode.SERVFAIL);
        dns.become(FakeDns.Health.SILENT);
        assertThatThrownBy(() -> ask("a.test", Type.MX)).isInstanceOf(IOException.class);
        dns.become(FakeDns.Health.WELL);
        assertThat(rcode("a.test", Type.MX)).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void tellsNoSuchNameFromNoSuchTypeAndFromABrokenName() throws IOException {
        dns.address("host.b.test", "127.0.1.1").breakName("broken.test");

        assertThat(rcode("nothing.test", Type.MX)).isEqualTo(Rcode.NXDOMAIN);
        assertThat(rcode("host.b.test", Type.MX)).isEqualTo(Rcode.NOERROR);
        assertThat(rcode("b.test", Type.MX)).as("a name above one that exists").isEqualTo(Rcode.NOERROR);
        assertThat(rcode("broken.test", Type.MX)).isEqualTo(Rcode.SERVFAIL);
        dns.repair("broken.test").nullMx("broken.test");
        assertThat(rcode("broken.test", Type.MX)).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void givesWhatIsTooLargeForAPacketOverTcp() throws IOException {
        dns.txt("long.test", "x".repeat(3000));

        var record = (TXTRecord)
                ask("long.test", Type.TXT).getSection(Section.ANSWER).getFirst();

        assertThat(String.join("", (List<String>) record.getStrings())).isEqualTo("x".repeat(3000));
        assertThat(dns.questions("long.test", "TXT"))
                .as("once by UDP, once by TCP")
                .isEqualTo(2);
    }

    private int rcode(String name, int type) throws IOException {
        return ask(name, type).getRcode();
    }

    private Message ask(String name, int type) throws IOException {
        var question = Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN);
        var resolver = new SimpleResolver(dns.socketAddress());
        resolver.setTimeout(Duration.ofSeconds(2));
        return resolver.send(Message.newQuery(question));
    }
}
