package io.milena.standalone.operator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code flush}: deferred mail that is to be tried now. */
final class FlushCommand implements ServiceCommand {
    private static final List<String> SELECTORS = List.of("domain", "account", "message", "tag", "site");

    @Override
    public String name() {
        return "flush";
    }

    @Override
    public String usage() {
        return "flush DOMAIN | --domain D | --site S | --account A | --tag T | --message ID  [--reason TEXT]";
    }

    @Override
    public Set<String> options() {
        return Set.of("--domain", "--account", "--message", "--tag", "--site", "--reason");
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        if (arguments.words().size() > 1) {
            throw new UsageException("flush takes one domain, not " + arguments.words());
        }
        Map<String, String> wanted = new HashMap<>();
        SELECTORS.forEach(name -> arguments.option("--" + name).ifPresent(value -> wanted.put(name, value)));
        arguments.verb().ifPresent(domain -> {
            if (wanted.put("domain", domain) != null) {
                throw new UsageException("flush takes one domain: " + domain + " or that of --domain");
            }
        });
        if (wanted.isEmpty()) {
            throw new UsageException("which mail: a domain, --account, --message, --tag or --site");
        }
        arguments.option("--reason").ifPresent(reason -> wanted.put("reason", reason));
        var given = client.post("/v1/flushes", wanted);
        if (arguments.json()) {
            console.print(given);
        } else {
            console.say("What waits with " + given.path("mail").asText() + " is tried now (flush "
                    + given.path("id").asText() + ").");
        }
        return 0;
    }
}
