package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code queue}, the orders and {@code shaping}. */
class QueueCommandsTest {
    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    private int run(String... arguments) throws IOException {
        return platform.runWithToken(dir, List.of(arguments));
    }

    @Test
    void queuesAreATable() throws IOException {
        platform.answers("GET /v1/queues?matching=a", 200, """
                {"queued":1234,"replicas":[{"instance":"x","queued":1234}],"queues":[
                 {"instance":"x","state":{"site":"a.example","waiting":12,"oldest":"2026-11-24T11:57:00Z","connections":3,"allowed":20,
                  "perSecond":4.5,"lastReply":"250 2.0.0 Ok"},"orders":[]},
                 {"instance":"x","state":{"site":"dead.example","source":"eu-1","waiting":0,"connections":0,"allowed":1,"perSecond":0.0,
                  "restsUntil":"2026-11-24T12:00:30Z","restsWhy":"refused"},"orders":[]},
                 {"instance":"x","state":{"site":"held.example","waiting":0,"connections":0,"allowed":4,"perSecond":0.0},
                  "orders":[{"action":"suspend","selector":{"site":"held.example","account":"shop"},"by":"mia","reason":"wait","until":"2026-11-24T13:00:00Z"}]}],
                 "orders":3,
                 "suspended":[{"action":"suspend","selector":{"domain":"quiet.example"},"by":"mia","reason":"later"}]}""");

        assertThat(run("queue", "a")).isZero();

        assertThat(platform.said().lines())
                .containsExactly(
                        "Queued in all: at most 1234 messages, at 1 replica; read and waiting here:",
                        "SITE           SOURCE  WAITING  OLDEST  MSG/S  CONN  STATE                                                 LAST REPLY",
                        "a.example      -            12      3m    4.5  3/20  -                                                     250 2.0.0 Ok",
                        "dead.example   eu-1          0       -    0.0   0/1  rests for 30s: refused                                -",
                        "held.example   -             0       -    0.0   0/4  suspend of account=shop for 1h (mia: wait)            -",
                        "quiet.example  -             -       -      -     -  suspend (mia: later); its mail waits in delay topics  -",
                        "3 orders hold: ./milena orders");
    }

    @Test
    void whatWaitsIsCountedByDomain() throws IOException {
        platform.answers("GET /v1/queues/waiting?by=domain&matching=example", 200, """
                {"complete":false,"messages":71234,"names":3,"items":[
                 {"name":"dead.example","messages":71000,"octets":71000000,"deferred":70990,"scheduled":0,
                  "oldest":"2026-11-24T07:00:00Z","next":"2026-11-24T12:04:00Z"},
                 {"name":"good.example","messages":200,"octets":1000,"deferred":0,"scheduled":0,"oldest":"2026-11-24T11:59:58Z"}]}""");

        assertThat(run("queue", "example", "--by", "domain")).isZero();

        assertThat(platform.said().lines())
                .containsExactly(
                        "The time limit of the search was reached: these counts are lower bounds.",
                        "Waiting: 71234 messages",
                        "DOMAIN        MESSAGES  SIZE  OLDEST  DEFERRED  SCHEDULED  NEXT TRY",
                        "dead.example     71000   68M      5h     70990          0        4m",
                        "good.example       200  1000      2s         0          0         -",
                        "and 1 more");
    }

    @Test
    void aLookAtAllThatWaitsIsNotRepeated() throws IOException {
        assertThat(run("queue", "--by", "domain", "--watch")).isEqualTo(2);
        assertThat(platform.requests).isEmpty();
    }

    @Test
    void aLookGoesOnUntilItIsEnded() throws Exception {
        platform.answers("GET /v1/queues", 200, "{\"queued\":1,\"replicas\":[{}],\"queues\":[],\"orders\":0}");
        var look = new FutureTask<>(() -> run("queue", "--watch"));
        var looker = Thread.ofVirtual().start(look);
        awaitSaid("at most 1 message, at 1 replica");
        platform.answers(
                "GET /v1/queues", 200, "{\"queued\":0,\"exact\":true,\"replicas\":[{}],\"queues\":[],\"orders\":0}");
        awaitSaid("in all: 0 messages, at 1 replica");
        looker.interrupt();

        assertThat(look.get(10, TimeUnit.SECONDS)).isZero();
        // Each screen replaces the one before.
        assertThat(platform.said())
                .contains(
                        "\u001b[H\u001b[2JQueued in all: at most 1 message,",
                        "\u001b[H\u001b[2JQueued in all: 0 messages,");
    }

    private void awaitSaid(String text) throws InterruptedException {
        for (int i = 0; i < 1000 && !platform.said().contains(text); i++) {
            Thread.sleep(10);
        }
        assertThat(platform.said()).contains(text);
    }

    @Test
    void anOrderSaysWhichMailAndWhy() throws IOException {
        platform.answers("POST /v1/orders", 201, """
                {"id":"o1","action":"rate","value":"5/min","selector":{"site":"google"},"until":"2026-11-24T14:00:00Z"}""");

        assertThat(run("throttle", "5/min", "--site", "google", "--reason", "they said so", "--for", "2h"))
                .isZero();

        assertThat(platform.said().strip()).isEqualTo("o1: rate 5/min of site=google until 2026-11-24T14:00:00Z");
        assertThat(platform.requests)
                .singleElement()
                .satisfies(request -> assertThat(request)
                        .startsWith("POST /v1/orders {")
                        .contains(
                                "\"action\":\"rate\"",
                                "\"value\":\"5/min\"",
                                "\"site\":\"google\"",
                                "\"lasting\":\"2h\""));
    }

    private static final String GIVEN = """
            {"id":"o2","action":"discard","selector":{"domain":"a.example"},"until":"2026-11-24T12:05:00.123456789Z"}""";

    private static final String WAITING = """
            {"complete":true,"messages":71234,"names":2,"items":[
             {"name":"b.a.example","messages":8,"octets":1},{"name":"a.example","messages":71000,"octets":1}]}""";

    @Test
    void whoDiscardsMuchIsAskedAndTheOrderEndsSoon() throws IOException {
        platform.types("y\n")
                .answers("GET /v1/queues/waiting?by=domain&matching=a.example", 200, WAITING)
                .answers("POST /v1/orders", 201, GIVEN);

        assertThat(run("discard", "--domain", "a.example", "--reason", "a loop"))
                .isZero();

        assertThat(platform.complained())
                .isEqualTo("milena: discard mail with domain=a.example: 71000 messages just now, "
                        + "and all that comes within 5m. Go on? [y/N] ");
        assertThat(platform.requests.getLast()).contains("\"lasting\":\"5m\"", "\"domain\":\"a.example\"");
        assertThat(platform.said().strip()).isEqualTo("o2: discard of domain=a.example until 2026-11-24T12:05:00Z");
    }

    @Test
    void whoDoesNotSayYesHasDoneNothing() throws IOException {
        platform.types("\n").answers("GET /v1/queues/waiting?by=domain", 200, WAITING);

        assertThat(run("bounce", "--all", "--reason", "oops", "--for", "1h")).isEqualTo(1);

        assertThat(platform.complained())
                .contains("bounce all mail: 71234 messages just now, and all that comes within 1h.");
        assertThat(platform.said().strip()).isEqualTo("Nothing was done.");
        assertThat(platform.requests).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void howManyMessagesThatIsMayBeABound() throws IOException {
        platform.types("n\nn\nn\n")
                .answers("GET /v1/queues/waiting?by=domain", 200, WAITING)
                .answers("GET /v1/queues/waiting?by=domain&matching=a.example", 200, WAITING)
                .answers("GET /v1/queues", 200, """
                        {"queues":[{"state":{"site":"google","waiting":3}},{"state":{"site":"google","waiting":4}},{"state":{"site":"x","waiting":9}}]}""");

        run("discard", "--domain", "a.example", "--tag", "t", "--reason", "x");
        run("discard", "--site", "google", "--reason", "x");
        run("discard", "--account", "gone", "--reason", "x");

        assertThat(platform.complained())
                .contains(
                        "domain=a.example tag=t: at most 71000 messages just now",
                        "site=google: at least 7 messages just now",
                        "account=gone: an unknown number of messages (no such dead letter) just now");
    }

    @Test
    void aProgramSaysYesBeforehand() throws IOException {
        platform.answers("POST /v1/orders", 201, GIVEN);

        assertThat(run("discard", "--domain", "a.example", "--reason", "a loop"))
                .isEqualTo(2);
        assertThat(platform.complained())
                .startsWith("milena: discard of more than one message asks first: a program needs --yes");
        assertThat(platform.requests).isEmpty();

        assertThat(run("discard", "--domain", "a.example", "--reason", "a loop", "--yes"))
                .isZero();
        assertThat(platform.requests).singleElement().asString().contains("\"lasting\":\"5m\"");
    }

    @Test
    void oneMessageIsDiscardedWithoutAQuestion() throws IOException {
        platform.answers("POST /v1/orders", 201, GIVEN);

        assertThat(run("discard", "--message", "m1", "--reason", "a loop")).isZero();

        assertThat(platform.requests).singleElement().asString().doesNotContain("lasting");
    }

    @Test
    void anOrderWithoutMailOrReasonMakesNoSense() throws IOException {
        assertThat(run("suspend", "--reason", "x")).isEqualTo(2);
        assertThat(run("suspend", "--domain", "a.example")).isEqualTo(2);
        assertThat(run("throttle", "--site", "google", "--reason", "x")).isEqualTo(2);
        assertThat(run("suspend", "a.example", "--reason", "x")).isEqualTo(2);
        assertThat(platform.requests).isEmpty();
    }

    @Test
    void ordersAreListedAndWithdrawn() throws IOException {
        platform.answers("GET /v1/orders", 200, """
                        {"items":[{"id":"o1","action":"suspend","selector":{"domain":"a.example","account":"x"},"reason":"wait",
                         "by":"rule r","from":"2026-11-24T11:58:00Z","until":"2026-11-24T12:10:00Z"}]}""").answers("DELETE /v1/orders/o1", 204, "");

        assertThat(run("orders")).isZero();
        assertThat(run("orders", "withdraw", "o1", "o2")).isEqualTo(1);

        assertThat(platform.said().lines())
                .containsExactly(
                        "ID  WHAT     OF                          SINCE  FOR  BY      REASON",
                        "o1  suspend  domain=a.example account=x     2m  10m  rule r  wait",
                        "o1 is withdrawn");
        assertThat(platform.complained()).contains("o2: ");
    }

    @Test
    void shapingIsExplainedLineByLine() throws IOException {
        platform.answers("GET /v1/shaping/gmail.com?source=eu-1", 200, """
                {"domain":"gmail.com","exchangers":["gmail-smtp-in.l.google.com"],"site":"google","shared":true,
                 "limits":[{"key":"connections","value":"50","file":"shipped shaping.yaml","line":17}],"orders":[]}""");

        assertThat(run("shaping", "explain", "gmail.com", "--source", "eu-1")).isZero();

        assertThat(platform.said().lines())
                .containsExactly(
                        "gmail.com goes to the site google, which other domains may share",
                        "  MX gmail-smtp-in.l.google.com",
                        "LIMIT        VALUE  SAID BY",
                        "connections  50     shipped shaping.yaml:17");
    }
}
