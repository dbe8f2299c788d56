package io.milena.topics.kafka;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether the loops of one service make progress: its liveness, and {@code milena_stalled} by service and loop. A
 * process that answers and commits nothing does not count as alive. Thread-safe.
 */
public final class ServiceHealth {
    private final String service;
    private final MeterRegistry meters;
    private final List<LoopHealth> loops = new CopyOnWriteArrayList<>();

    public ServiceHealth(String service, MeterRegistry meters) {
        this.service = service;
        this.meters = meters;
    }

    /** Adds a loop and returns its health. */
    public LoopHealth loop(String name) {
        var loop = new LoopHealth(name);
        loops.add(loop);
        Gauge.builder("milena.stalled", loop, one -> one.problem().isPresent() ? 1 : 0)
                .description("1 while a loop has work and commits nothing, or is stuck; /q/health says why")
                .tags("service", service, "loop", name)
                .strongReference(true)
                .register(meters);
        FunctionCounter.builder("milena.records.put.aside", loop, LoopHealth::recordsPutAside)
                .description("records that Kafka refused, each put aside as a dead letter")
                .tags("service", service, "loop", name)
                .register(meters);
        FunctionCounter.builder("milena.records.lost", loop, LoopHealth::recordsLost)
                .description("records that are gone from the log and were not settled; /q/health says where")
                .tags("service", service, "loop", name)
                .register(meters);
        FunctionCounter.builder("milena.records.deleted", loop, LoopHealth::recordsDeleted)
                .description("settled records that were deleted behind the group's progress")
                .tags("service", service, "loop", name)
                .register(meters);
        return loop;
    }

    /** The problems, by name of the loop. */
    public Map<String, String> problems() {
        var problems = new TreeMap<String, String>();
        loops.forEach(loop -> loop.problem().ifPresent(problem -> problems.put(loop.name(), problem)));
        return problems;
    }

    /** DOWN while any loop has a problem, which is named. */
    public HealthCheckResponse liveness() {
        var response = HealthCheckResponse.named(service + ": work is done");
        var problems = problems();
        problems.forEach(response::withData);
        return response.status(problems.isEmpty()).build();
    }

    /**
     * DOWN from the loss of a record until the process ends: an operator has to know, and no restart helps. So this is
     * no part of liveness or readiness.
     */
    public HealthCheckResponse completeness() {
        var response = HealthCheckResponse.named(service + ": no record was lost");
        var losses = losses();
        losses.forEach(response::withData);
        return response.status(losses.isEmpty()).build();
    }

    /** The losses since the start, by name of the loop. */
    public Map<String, String> losses() {
        var losses = new TreeMap<String, String>();
        loops.stream()
                .filter(loop -> !loop.losses().isEmpty())
                .forEach(loop -> losses.put(loop.name(), String.join("; ", loop.losses())));
        return losses;
    }

    /** Whether no loop has failed since it last worked. */
    public boolean works() {
        return loops.stream().allMatch(LoopHealth::works);
    }
}
