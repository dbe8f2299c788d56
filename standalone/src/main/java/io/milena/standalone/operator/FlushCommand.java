package io.milena.standalone.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flush}: retries deferred mail now. */
@CommandLine.Command(name = "flush", description = "Try deferred mail now.")
final class FlushCommand extends ServiceCommand {
    @Parameters(paramLabel = "DOMAIN", arity = "0..1", description = "Mail for this domain, as --domain.")
    private Optional<String> domain = Optional.empty();

    @Option(names = "--domain", paramLabel = "D", description = "Mail for this domain.")
    private Optional<String> named = Optional.empty();

    @Option(names = "--site", paramLabel = "S", description = "Mail for this site.")
    private Optional<String> site = Optional.empty();

    @Option(names = "--account", paramLabel = "A", description = "Mail of this account.")
    private Optional<String> account = Optional.empty();

    @Option(names = "--tag", paramLabel = "T", description = "Mail with this X-Milena-Tag.")
    private Optional<String> tag = Optional.empty();

    @Option(names = "--message", paramLabel = "ID", description = "One message.")
    private Optional<String> message = Optional.empty();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
    private Optional<String> reason = Optional.empty();

    @Override
    int run(Client client, Console console) {
        if (domain.isPresent() && named.isPresent()) {
            throw new UsageException("flush takes one domain: " + domain.get() + " or that of --domain");
        }
        Map<String, String> wanted = new LinkedHashMap<>();
        domain.or(() -> named).ifPresent(value -> wanted.put("domain", value));
        account.ifPresent(value -> wanted.put("account", value));
        message.ifPresent(value -> wanted.put("message", value));
        tag.ifPresent(value -> wanted.put("tag", value));
        site.ifPresent(value -> wanted.put("site", value));
        if (wanted.isEmpty()) {
            throw new UsageException("which mail: a domain, --account, --message, --tag or --site");
        }
        reason.ifPresent(value -> wanted.put("reason", value));
        var given = client.post("/v1/flushes", wanted);
        if (platform.json) {
            console.print(given);
        } else {
            console.say("Mail that waits with " + given.path("mail").asText() + " is tried now (flush "
                    + given.path("id").asText() + ").");
        }
        return 0;
    }
}
