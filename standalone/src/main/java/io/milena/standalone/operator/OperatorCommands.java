package io.milena.standalone.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The commands that call a running platform, by name and in the order of the help. */
public final class OperatorCommands {
    private OperatorCommands() {}

    /** Commands that show the platform and its mail. */
    public static Map<String, Supplier<Command>> looks() {
        var commands = new LinkedHashMap<String, Supplier<Command>>();
        commands.put("queue", QueueCommand::new);
        commands.put("message", MessageCommand::new);
        commands.put("orders", OrdersCommand::new);
        commands.put("shaping", ShapingCommand::new);
        commands.put("dead-letters", DeadLettersCommand::new);
        commands.put("group", GroupCommand::new);
        commands.put("keys", KeysCommand::new);
        return commands;
    }

    /** Commands that decide about mail. */
    public static Map<String, Supplier<Command>> orders() {
        var commands = new LinkedHashMap<String, Supplier<Command>>();
        commands.put("suspend", OrderCommands.Suspend::new);
        commands.put("bounce", OrderCommands.Bounce::new);
        commands.put("discard", OrderCommands.Discard::new);
        commands.put("rebind", OrderCommands.Rebind::new);
        commands.put("throttle", OrderCommands.Throttle::new);
        commands.put("tls", OrderCommands.Tls::new);
        commands.put("flush", FlushCommand::new);
        return commands;
    }

    /** The command that sends a test message. */
    public static Command send() {
        return new SendCommand();
    }

    /** The command that shows the state of the parts. */
    public static Command status() {
        return new StatusCommand();
    }
}
