package io.milena.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.milena.faults.Submission.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a round, as text for people and as JSON.
 *
 * @param seconds how long the round took, start and drain included
 * @param cutOff connections that broke between content and reply
 * @param kills processes that got {@code kill -9}
 * @param killFaults faults with such a kill
 * @param certainShare share of the time in which a second copy would have broken a promise
 * @param skipped faults that this machine does not allow, and why
 * @param moments by the name of a fault at a chosen moment: how many came before the commit, after it, and unknown
 * @param starts the costs of the starts, by the kind of the part
 * @param mutations whether the checker found each change of the evidence ({@link Mutations})
 */
record Report(
        long seed,
        int brokers,
        long minutes,
        long seconds,
        Machine machine,
        int messages,
        int accepted,
        int acceptedRecipients,
        int refused,
        int cutOff,
        int arrivals,
        int reports,
        int poison,
        int kills,
        int killFaults,
        double certainShare,
        List<String> skipped,
        Map<String, int[]> moments,
        Map<String, Starts> starts,
        List<Row> nemeses,
        List<String> losses,
        List<String> problems,
        Map<String, Boolean> mutations) {
    private static final ObjectMapper JSON =
            new ObjectMapper().registerModule(new Jdk8Module()).enable(SerializationFeature.INDENT_OUTPUT);

    record Machine(int cores, long memoryMiB, String java) {
        static Machine here() throws IOException {
            var memory = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
            return new Machine(
                    Runtime.getRuntime().availableProcessors(), memory, System.getProperty("java.runtime.version"));
        }
    }

    /** Averages over the starts of one kind of part, until it was ready. */
    record Starts(int times, double seconds, double cpuSeconds) {
        static Map<String, Starts> of(List<Launcher.Start> all) {
            return all.stream()
                    .collect(Collectors.groupingBy(
                            Launcher.Start::kind,
                            TreeMap::new,
                            Collectors.collectingAndThen(Collectors.toList(), Starts::average)));
        }

        private static Starts average(List<Launcher.Start> some) {
            return new Starts(
                    some.size(),
                    some.stream()
                                    .mapToLong(start -> start.length().toMillis())
                                    .average()
                                    .orElse(0)
                            / 1e3,
                    some.stream()
                                    .mapToLong(start -> start.cpu().toMillis())
                                    .average()
                                    .orElse(0)
                            / 1e3);
        }
    }

    /**
     * One kind of fault.
     *
     * @param inFlight as of {@link Checker#inFlight}
     * @param earliestMillis from the begin of the fault to the first arrival of mail that came twice: the earliest
     * @param latestMillis the latest
     * @param slowestFlowSeconds longest time from the end of such a fault until mail arrived again
     */
    record Row(
            String name,
            int times,
            int inTransaction,
            int inFlight,
            int duplicates,
            Optional<Long> earliestMillis,
            Optional<Long> latestMillis,
            double slowestFlowSeconds) {
        Row and(Row other) {
            return new Row(
                    name,
                    times + other.times,
                    inTransaction + other.inTransaction,
                    inFlight + other.inFlight,
                    duplicates + other.duplicates,
                    Stream.of(earliestMillis, other.earliestMillis)
                            .flatMap(Optional::stream)
                            .min(Comparator.naturalOrder()),
                    Stream.of(latestMillis, other.latestMillis)
                            .flatMap(Optional::stream)
                            .max(Comparator.naturalOrder()),
                    Math.max(slowestFlowSeconds, other.slowestFlowSeconds));
        }

        String span() {
            return earliestMillis.isEmpty()
                    ? "-"
                    : "%.1f to %.1f s".formatted(earliestMillis.get() / 1e3, latestMillis.orElseThrow() / 1e3);
        }
    }

    static Report of(
            Options options, Duration length, Evidence evidence, List<String> skipped, List<Launcher.Start> starts)
            throws IOException {
        var verdict = Checker.check(evidence);
        var accepted = evidence.submissions().stream()
                .filter(submission -> submission.answer() == Answer.ACCEPTED)
                .toList();
        return new Report(
                options.seed(),
                options.brokers(),
                options.length().toMinutes(),
                length.toSeconds(),
                Machine.here(),
                evidence.submissions().size(),
                accepted.size(),
                accepted.stream()
                        .mapToInt(submission -> submission.recipients().size())
                        .sum(),
                count(evidence, Answer.REFUSED),
                count(evidence, Answer.DOUBTFUL),
                evidence.arrivals().size(),
                evidence.notices().size(),
                evidence.poison().size(),
                evidence.faults().stream()
                        .mapToInt(fault -> fault.harm().kills())
                        .sum(),
                (int) evidence.faults().stream()
                        .filter(fault -> fault.harm().kills() > 0)
                        .count(),
                Checker.certainShare(evidence.faults()),
                skipped,
                moments(evidence.moments()),
                Starts.of(starts),
                rows(evidence, verdict),
                verdict.losses(),
                verdict.problems(),
                Mutations.tried(evidence));
    }

    private static int count(Evidence evidence, Answer answer) {
        return (int) evidence.submissions().stream()
                .filter(submission -> submission.answer() == answer)
                .count();
    }

    private static Map<String, int[]> moments(List<Moment> moments) {
        var counts = new TreeMap<String, int[]>();
        for (var moment : moments) {
            int place = moment.beforeCommit().map(before -> before ? 0 : 1).orElse(2);
            counts.computeIfAbsent(moment.name(), first -> new int[3])[place]++;
        }
        return counts;
    }

    private static List<Row> rows(Evidence evidence, Verdict verdict) {
        var faults = evidence.faults();
        var inFlight = Checker.inFlight(evidence);
        var flows = Checker.flowAfter(evidence);
        var rows = new LinkedHashMap<String, Row>();
        for (int i = 0; i < faults.size(); i++) {
            var fault = faults.get(i);
            var copies = verdict.duplicates().getOrDefault(i, List.of());
            rows.merge(
                    fault.name(),
                    new Row(
                            fault.name(),
                            1,
                            fault.inTransaction(),
                            inFlight.getOrDefault(i, 0),
                            copies.size(),
                            copies.stream().min(Comparator.naturalOrder()),
                            copies.stream().max(Comparator.naturalOrder()),
                            flows.getOrDefault(i, Duration.ZERO).toMillis() / 1e3),
                    Row::and);
        }
        return rows.values().stream().sorted(Comparator.comparing(Row::name)).toList();
    }

    boolean isGood() {
        return losses.isEmpty() && problems.isEmpty() && !mutations.containsValue(false);
    }

    void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    String text() {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("seed %d, %d broker(s), %d min of faults, %d s in all; %d cores, %d MiB, Java %s"
                .formatted(seed, brokers, minutes, seconds, machine.cores(), machine.memoryMiB(), machine.java()));
        lines.add("%d messages: %d accepted with 250 (%d recipients), %d refused, %d cut off before the reply"
                .formatted(messages, accepted, acceptedRecipients, refused, cutOff));
        lines.add("%d arrivals, %d reports to the sender, %d poison records, %d kills in %d faults"
                .formatted(arrivals, reports, poison, kills, killFaults));
        lines.add("in %.0f %% of the time a second copy would have broken a promise".formatted(certainShare * 100));
        moments.forEach((name, counts) -> lines.add(
                "%s: %d before the commit, %d after it, %d unknown".formatted(name, counts[0], counts[1], counts[2])));
        starts.forEach((kind, costs) -> lines.add("%d starts of %s: %.1f s each, %.1f s of CPU"
                .formatted(costs.times(), kind, costs.seconds(), costs.cpuSeconds())));
        skipped.forEach(line -> lines.add("skipped: " + line));
        lines.add("");
        lines.add("%-44s %5s %9s %9s %10s %16s %10s"
                .formatted("NEMESIS", "TIMES", "RECEIVING", "IN FLIGHT", "DUPLICATES", "FIRST ARRIVED", "FLOW AFTER"));
        nemeses.forEach(row -> lines.add("%-44s %5d %9d %9d %10d %16s %8.1f s"
                .formatted(
                        row.name(),
                        row.times(),
                        row.inTransaction(),
                        row.inFlight(),
                        row.duplicates(),
                        row.span(),
                        row.slowestFlowSeconds())));
        lines.add("");
        lines.add("checker: %d of %d mutations of this evidence found"
                .formatted(mutations.values().stream().filter(found -> found).count(), mutations.size()));
        mutations.forEach((name, found) -> {
            if (!found) {
                lines.add("  NOT FOUND: " + name);
            }
        });
        lines.add("lost: " + losses.size());
        losses.forEach(line -> lines.add("  " + line));
        lines.add("other broken promises: " + problems.size());
        problems.forEach(line -> lines.add("  " + line));
        return String.join(System.lineSeparator(), lines);
    }
}
