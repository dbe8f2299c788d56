package io.milena.standalone.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A picocli mixin: the mail that an order is about. Mail must match every selector given. */
final class Selection {
    @Option(names = "--message", paramLabel = "ID", description = "One message, by its queue id.")
    private Optional<String> message = Optional.empty();

    @Option(names = "--account", paramLabel = "A", description = "Mail of this account.")
    private Optional<String> account = Optional.empty();

    @Option(names = "--domain", paramLabel = "D", description = "Mail for this domain.")
    private Optional<String> domain = Optional.empty();

    @Option(
            names = "--site",
            paramLabel = "S",
            description = "Mail for this site, which is all domains with the same hosts.")
    private Optional<String> site = Optional.empty();

    @Option(names = "--tag", paramLabel = "T", description = "Mail with this X-Milena-Tag.")
    private Optional<String> tag = Optional.empty();

    @Option(names = "--source", paramLabel = "S", description = "Mail that leaves from this egress source.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--all", description = "All mail.")
    private boolean all;

    /** The selectors in the names of the REST interface. Throws {@link UsageException} if there are none. */
    Map<String, Object> selectors() {
        var named = new LinkedHashMap<String, Object>();
        message.ifPresent(value -> named.put("message", value));
        account.ifPresent(value -> named.put("account", value));
        domain.ifPresent(value -> named.put("domain", value));
        site.ifPresent(value -> named.put("site", value));
        tag.ifPresent(value -> named.put("tag", value));
        source.ifPresent(value -> named.put("source", value));
        if (all) {
            named.put("all", true);
        }
        if (named.isEmpty()) {
            throw new UsageException("which mail: --domain, --site, --account, --tag, --source, --message or --all");
        }
        return named;
    }
}
