package io.milena.auth.store;

import io.milena.auth.secret.ScramKeys;
import io.milena.auth.secret.Sha256;
import io.milena.smtp.Credentials;
import io.milena.topics.Directory;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A user name and secret of an account; only a hash of the secret is kept. Revoking deletes the row. */
@Entity
@Table(schema = "auth", name = "credential")
public class Credential extends PanacheEntityBase {
    public static final String API_KEY_USERNAME = Credentials.API_KEY_USERNAME;

    @Id
    public String id;

    public String account;

    @Enumerated(EnumType.STRING)
    public CredentialType type;

    public String username;

    /** API key: SHA-256 in hex; password: Argon2id; null if the secret is not ours. */
    public String secret;

    @Column(name = "scram_salt")
    public String scramSalt;

    @Column(name = "scram_iterations")
    public Integer scramIterations;

    @Column(name = "scram_stored_key")
    public String scramStoredKey;

    @Column(name = "scram_server_key")
    public String scramServerKey;

    /** Networks, as CIDRs; none: good from everywhere. */
    public List<String> networks = List.of();

    @Column(name = "created_at")
    public Instant createdAt;

    public static Credential createApiKey(String account, String key, List<String> networks) {
        return create(
                account,
                CredentialType.API_KEY,
                API_KEY_USERNAME,
                Sha256.hex(key),
                Optional.of(ScramKeys.ofApiKey(key)),
                networks);
    }

    public static Credential createPassword(
            String account, String username, String argon2id, ScramKeys scram, List<String> networks) {
        return create(account, CredentialType.PASSWORD, username, argon2id, Optional.of(scram), networks);
    }

    private static Credential create(
            String account,
            CredentialType type,
            String username,
            String secret,
            Optional<ScramKeys> scram,
            List<String> networks) {
        var credential = new Credential();
        credential.id = Ids.credential();
        credential.account = account;
        credential.type = type;
        credential.username = username;
        credential.secret = secret;
        scram.ifPresent(credential::keep);
        credential.networks = networks;
        credential.createdAt = Instant.now();
        credential.persist();
        return credential;
    }

    /** Makes one without a secret: {@code name} is the user that a token names, or the hash of a certificate. */
    public static Credential createKnownElsewhere(
            String account, CredentialType type, String name, List<String> networks) {
        return create(account, type, name, null, Optional.empty(), networks);
    }

    private void keep(ScramKeys keys) {
        scramSalt = keys.salt();
        scramIterations = keys.iterations();
        scramStoredKey = keys.storedKey();
        scramServerKey = keys.serverKey();
    }

    public static Optional<Credential> byApiKey(String key) {
        return find("type = ?1 and secret = ?2", CredentialType.API_KEY, Sha256.hex(key))
                .firstResultOptional();
    }

    public static Optional<Credential> byUsername(CredentialType type, String username) {
        return find("type = ?1 and username = ?2", type, username).firstResultOptional();
    }

    /** The keys that a login by SCRAM is checked with. */
    public record ScramCandidate(
            String id, String scramSalt, Integer scramIterations, String scramStoredKey, String scramServerKey) {
        public ScramKeys keys() {
            return new ScramKeys(scramSalt, scramIterations, scramStoredKey, scramServerKey);
        }
    }

    /** The credentials that a login by SCRAM with this user name may use: for API keys all of them. */
    public static List<ScramCandidate> byUsernameForScram(String username) {
        return find("username = ?1 and scramStoredKey is not null", username)
                .project(ScramCandidate.class)
                .list();
    }

    /** Number of such credentials, and when the newest was made: it changes when one is made, learnt or removed. */
    public record ScramState(long number, Instant newest) {}

    public static ScramState scramState(String username) {
        return getEntityManager()
                .createQuery(
                        "select count(c), coalesce(max(c.createdAt), :none) from Credential c"
                                + " where c.username = :username and c.scramStoredKey is not null",
                        ScramState.class)
                .setParameter("username", username)
                .setParameter("none", Instant.EPOCH)
                .getSingleResult();
    }

    /** Stores the keys for SCRAM of a secret that was made before SCRAM was supported, now that the secret is seen. */
    public void learn(String given) {
        if (scramStoredKey == null) {
            keep(type == CredentialType.API_KEY ? ScramKeys.ofApiKey(given) : ScramKeys.ofPassword(given));
        }
    }

    public static Optional<Credential> byId(String account, String id) {
        if (!Ids.possible(account) || !Ids.possible(id)) {
            return Optional.empty();
        }
        return find("account = ?1 and id = ?2", account, id).firstResultOptional();
    }

    public static List<Credential> of(String account) {
        return list("account = ?1 order by createdAt, id", account);
    }

    public Directory.Credential published() {
        return new Directory.Credential(id, account, username, networks);
    }
}
