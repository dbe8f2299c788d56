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
import java.util.stream.Stream;

/**
 * The result of a round, as text for people and as JSON.
 *
 * @param seconds how long the round took, start and drain included
 * @param cutOff connections that broke between content and reply
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

    /**
     * One kind of fault.
     *
     * @param inFlight as of {@link Verdict}
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

    static Report of(Options options, Duration length, Evidence evidence) throws IOException {
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
                (int) evidence.faults().stream()
                        .filter(fault -> fault.name().contains("kill -9"))
                        .count(),
                rows(evidence.faults(), verdict),
                verdict.losses(),
                verdict.problems(),
                Mutations.tried(evidence));
    }

    private static int count(Evidence evidence, Answer answer) {
        return (int) evidence.submissions().stream()
                .filter(submission -> submission.answer() == answer)
                .count();
    }

    private static List<Row> rows(List<Fault> faults, Verdict verdict) {
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
                            verdict.inFlight().getOrDefault(i, 0),
                            copies.size(),
                            copies.stream().min(Comparator.naturalOrder()),
                            copies.stream().max(Comparator.naturalOrder()),
                            fault.flowing().toMillis() / 1e3),
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
        lines.add("%d arrivals, %d reports to the sender, %d poison records, %d kills"
                .formatted(arrivals, reports, poison, kills));
        lines.add("");
        lines.add("%-34s %5s %9s %9s %10s %16s %10s"
                .formatted("NEMESIS", "TIMES", "RECEIVING", "IN FLIGHT", "DUPLICATES", "FIRST ARRIVED", "FLOW AFTER"));
        nemeses.forEach(row -> lines.add("%-34s %5d %9d %9d %10d %16s %8.1f s"
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
