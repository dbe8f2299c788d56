package io.milena.standalone.operator;

import java.util.Set;

/** {@code message}: one message, its envelope, where it waits, what became of it and its header section; with {@code --headers} that alone. */
final class MessageCommand implements ServiceCommand {
    @Override
    public String name() {
        return "message";
    }

    @Override
    public String usage() {
        return "message ID [--headers]";
    }

    @Override
    public Set<String> flags() {
        return Set.of("--headers");
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        if (arguments.words().size() != 1) {
            throw new UsageException("message needs the queue id of one message, as in '250 2.0.0 Ok: queued as …'");
        }
        var message =
                client.get("/v1/messages/" + Client.escaped(arguments.words().getFirst()));
        if (arguments.json()) {
            console.print(message);
        } else if (!arguments.has("--headers")) {
            MessageText.print(message, console);
        } else if (message.has("headers")) {
            MessageText.printHeaders(message, console);
        } else {
            console.complain("no topic keeps a record of it any more, so its header section is gone");
            return 1;
        }
        return 0;
    }
}
