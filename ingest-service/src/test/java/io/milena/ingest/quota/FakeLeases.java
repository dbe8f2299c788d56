package io.milena.ingest.quota;

import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** auth-service's side, written again and simply; its requests and answers take a while, come late or get lost. */
final class FakeLeases {
    private static final long RATE_MILLIS = 10_000;

    private record Row(long sequence, long held, long wanted, long until) {}

    private final SimulatedTime time;
    private final Random random;
    private final double lost;
    private final Map<String, Row> rows = new HashMap<>();
    long perDay;
    long perSecond;
    long dayMillis = 86_400_000;
    boolean away;
    int asked;
    /** A replica that cannot be reached. */
    String cutOff = "";

    FakeLeases(SimulatedTime time, Random random, double lost) {
        this.time = time;
        this.random = random;
        this.lost = lost;
    }

    Leases of(String replica) {
        return wish -> {
            asked++;
            var answer = Promise.<Leases.Grant>promise();
            boolean answerLost = random.nextDouble() < lost;
            time.in(random.nextInt(1, answerLost ? 15_000 : 40), () -> {
                if (away || cutOff.equals(replica)) {
                    answer.tryFail("away");
                    return;
                }
                var grant = decide(replica, wish);
                if (grant == null) {
                    answer.tryFail("a later request was here before");
                } else if (!answerLost) {
                    time.in(random.nextInt(1, 40), () -> answer.tryComplete(grant));
                }
            });
            time.in(10_000, () -> answer.tryFail("no answer"));
            return answer.future();
        };
    }

    private Leases.Grant decide(String replica, Leases.Wish wish) {
        long now = time.nanos() / 1_000_000;
        boolean day = wish.measure() == Leases.Measure.DAY;
        var period = day ? "day" + now / dayMillis : "";
        var prefix = wish.measure() + period + " ";
        var row = rows.get(prefix + replica);
        if (row != null && row.sequence() >= wish.sequence()) {
            return null;
        }
        long held = wish.period().equals(period) ? wish.held() : 0;
        long others = 0;
        int hungry = 1;
        for (var other : rows.entrySet()) {
            if (other.getKey().startsWith(prefix)
                    && !other.getKey().equals(prefix + replica)
                    && other.getValue().until() > now) {
                others += other.getValue().held();
                hungry += other.getValue().wanted() > 0 ? 1 : 0;
            }
        }
        long limit = day ? perDay : perSecond;
        long target = day ? wish.wanted() : Math.min(wish.wanted(), Math.max(1, limit / hungry));
        long granted = Math.max(held, Math.min(target, limit - others));
        long millis = day ? dayMillis - now % dayMillis : RATE_MILLIS;
        rows.put(prefix + replica, new Row(wish.sequence(), granted, wish.wanted(), now + millis + (day ? 0 : 1_000)));
        return new Leases.Grant(granted, target, millis, period);
    }
}
