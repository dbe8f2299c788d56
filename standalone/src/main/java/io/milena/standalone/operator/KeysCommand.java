package io.milena.standalone.operator;

import picocli.CommandLine;

/** {@code keys}: the keys that encrypt DKIM private keys, and the exchange of one. */
@CommandLine.Command(
        name = "keys",
        description = "Show which keys encrypt the DKIM private keys; encrypt all with the first one.",
        subcommands = {KeysCommand.ListThem.class, KeysCommand.Reencrypt.class})
final class KeysCommand extends ServiceCommand {
    private static final String PATH = "/v1/signing-keys";
    private static final String AUTH = "auth";

    @Override
    String service() {
        return AUTH;
    }

    @Override
    int run(Client client, Console console) {
        return list(platform, client, console);
    }

    private static int list(PlatformOptions platform, Client client, Console console) {
        var encryption = client.get(PATH);
        if (platform.json) {
            console.print(encryption);
            return 0;
        }
        var current = encryption.path("current").asText();
        var table = new Table("KEY", ">PRIVATE KEYS", "STATE");
        encryption
                .path("keys")
                .forEach(key -> table.row(
                        key.path("key").asText(),
                        key.path("privateKeys").asText(),
                        key.path("key").asText().equals(current)
                                ? "encrypts"
                                : key.path("configured").asBoolean() ? "decrypts" : "MISSING"));
        console.print(table);
        encryption.path("keys").forEach(key -> {
            boolean used = key.path("privateKeys").asLong() > 0;
            var name = key.path("key").asText();
            if (used && !key.path("configured").asBoolean()) {
                console.complain("auth-service does not have the key " + name
                        + ": put it back into milena.keys.encryption, here and in delivery-service");
            } else if (used && !name.equals(current)) {
                console.say("milena keys reencrypt stores the private keys of " + name + " anew.");
            }
        });
        long unpublished = encryption.path("unpublished").asLong();
        if (unpublished > 0) {
            console.say(Figures.count(unpublished, "change") + " of keys not published yet.");
        }
        return 0;
    }

    @CommandLine.Command(name = "list", description = "Show which keys encrypt the DKIM private keys.")
    static final class ListThem extends ServiceCommand {
        @Override
        String service() {
            return AUTH;
        }

        @Override
        int run(Client client, Console console) {
            return list(platform, client, console);
        }
    }

    @CommandLine.Command(
            name = "reencrypt",
            description = "Encrypt every DKIM private key with the first key of milena.keys.encryption, and publish"
                    + " them. May be repeated, and disturbs no mail.")
    static final class Reencrypt extends ServiceCommand {
        @Override
        String service() {
            return AUTH;
        }

        @Override
        int run(Client client, Console console) {
            var done = client.post(PATH + "/reencrypt");
            var current = done.path("current").asText();
            if (platform.json) {
                console.print(done);
            } else {
                console.say("%s %s with %s now; %d before."
                        .formatted(
                                Figures.count(done.path("encrypted").asLong(), "private key"),
                                current.equals("none") ? "stored in clear," : "encrypted",
                                current,
                                done.path("unchanged").asLong()));
            }
            done.path("unreadable")
                    .forEach(key -> console.complain("%s, selector %s, of account %s is left as it is: %s"
                            .formatted(
                                    key.path("domain").asText(),
                                    key.path("selector").asText(),
                                    key.path("account").asText(),
                                    key.path("reason").asText())));
            return done.path("unreadable").isEmpty() ? 0 : 1;
        }
    }
}
