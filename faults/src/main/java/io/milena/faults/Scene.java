package io.milena.faults;

import io.milena.topics.kafka.KafkaClients;
import java.nio.file.Path;

/** The platform and its surroundings, on which a {@link Nemesis} works. Thread-safe, as all that it holds. */
record Scene(
        Parts parts,
        Path data,
        Hosts hosts,
        Link toAuth,
        Link toPostgres,
        BrokerLinks brokerLinks,
        Ledger ledger,
        KafkaClients kafka,
        Moments moments,
        Clocks clocks) {}
