package io.milena.bench;

import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * {@code ./milena bench fairness}: how long a message takes while another account's campaign waits for one slow host;
 * and how long a message takes that the campaign's own account marks as transactional.
 */
final class Fairness {
    private static final int CONNECTIONS = 50;
    /** The host's time for one message; each connection sends one at a time. */
    private static final Duration DELIBERATION = Duration.ofMillis(20);

    private static final int WARM_UP = 20_000;
    private static final int PROBES = 60;
    private static final Duration BETWEEN = Duration.ofMillis(500);
    private static final String TRANSACTIONAL = "X-Milena-Priority: transactional\r\n";

    private final PlatformProcess platform;
    private final Ledger ledger;
    private final int campaign;
    private int next;

    private Fairness(PlatformProcess platform, Ledger ledger, int campaign) {
        this.platform = platform;
        this.ledger = ledger;
        this.campaign = campaign;
        this.next = campaign;
    }

    /** A host that takes time for each message, once it is told to. */
    private static final class Slow implements Manner {
        private volatile boolean thinking;

        @Override
        public void beforeTaken() throws InterruptedException {
            if (thinking) {
                Thread.sleep(DELIBERATION);
            }
        }
    }

    static void measure(Path milena, int messages) throws IOException, InterruptedException {
        System.out.printf(
                "fairness: a campaign of %,d messages of one account to one domain, whose host takes %d ms for each; %d messages,%n"
                        + "one each %d ms, of another account and of its own%n%n",
                messages, DELIBERATION.toMillis(), PROBES, BETWEEN.toMillis());
        var slow = new Slow();
        try (var domains = Domains.with(domain -> Optional.of(domain == 0 ? slow : Manner.WILLING));
                var platform = PlatformProcess.start(milena, domains.settings(), List.of())) {
            domains.warmUp(Load.of(platform, Bench.SIZE).onlyTo(1), WARM_UP, CONNECTIONS);
            slow.thinking = true;
            var ledger = new Ledger(messages + 3 * PROBES);
            domains.noteIn(ledger);
            new Fairness(platform, ledger, messages).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        var own = Load.of(platform, Bench.SIZE).onlyTo(1);
        var other = Load.ofAnotherAccount(platform, Bench.SIZE).onlyTo(1);
        System.out.printf("%-36s %17s %17s %8s %8s%n", "", "campaign waits", "250→dlvd p50 ms", "p99", "most");
        row("alone", other);
        var running = CompletableFuture.runAsync(() -> submit(own));
        while (ledger.acceptedCount() < campaign / 2) {
            Thread.sleep(50);
        }
        row("another account, beside the campaign", other);
        row("its own account, transactional", own.withFields(TRANSACTIONAL));
        try {
            running.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
        ledger.awaitDelivered(next, message -> true);
        var deliveries = ledger.deliveries(message -> message < campaign);
        double pace = (deliveries.length - 1) * 1e9 / (deliveries[deliveries.length - 1] - deliveries[0]);
        System.out.printf(
                "%nthe campaign went at %.0f messages/s from its first to its last; a message behind all of it would wait for %.0f s; lost %d, duplicates %d%n",
                pace, campaign / pace, next - ledger.deliveredCount(), ledger.duplicates());
    }

    private void submit(Load load) {
        try {
            load.run(campaign, CONNECTIONS, ledger);
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int delivered() {
        return ledger.deliveredCount(message -> message < campaign);
    }

    private void row(String title, Load load) throws IOException, InterruptedException {
        int first = next;
        var waiting = new ArrayList<Integer>();
        for (int i = 0; i < PROBES; i++) {
            waiting.add(Math.min(campaign, ledger.acceptedCount() - (next - campaign)) - delivered());
            load.runFrom(next++, 1, 1, ledger);
            Thread.sleep(BETWEEN);
        }
        ledger.awaitDelivered(PROBES, message -> message >= first && message < next);
        var spans = ledger.toDelivered(first, next);
        System.out.printf(
                "%-36s %7d to %6d %17.1f %8.1f %8.1f%n",
                title,
                waiting.stream().mapToInt(count -> count).min().orElseThrow(),
                waiting.stream().mapToInt(count -> count).max().orElseThrow(),
                Ledger.percentile(spans, 0.5),
                Ledger.percentile(spans, 0.99),
                spans[spans.length - 1]);
    }
}
