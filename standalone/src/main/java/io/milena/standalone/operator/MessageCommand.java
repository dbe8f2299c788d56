package io.milena.standalone.operator;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code message}: prints the envelope, waiting place, outcomes and header section of one message; with
 * {@code --headers} only the header section.
 */
@CommandLine.Command(
        name = "message",
        description = "Show one message: its envelope, where it waits, its outcomes and its header section.")
final class MessageCommand extends ServiceCommand {
    @Parameters(paramLabel = "ID", description = "Its queue id, as in '250 2.0.0 Ok: queued as ...'.")
    private String id = "";

    @Option(names = "--headers", description = "The header section alone.")
    private boolean headers;

    @Override
    int run(Client client, Console console) {
        var message = client.get("/v1/messages/" + Client.escaped(id));
        if (platform.json) {
            console.print(message);
        } else if (!headers) {
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
