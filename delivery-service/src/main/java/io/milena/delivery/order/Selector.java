package io.milena.delivery.order;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * Selects mail: it must match all components that are given.
 *
 * @param message a queue id
 * @param account an account's id
 * @param domain the recipients' domain, in lower case
 * @param tag the value of X-Milena-Tag
 * @param source an egress source
 */
public record Selector(
        Optional<String> message,
        Optional<String> account,
        Optional<String> domain,
        Optional<String> site,
        Optional<String> tag,
        Optional<String> source) {

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    public Selector {
        message = message == null ? Optional.empty() : message;
        account = account == null ? Optional.empty() : account;
        domain = domain == null ? Optional.empty() : domain;
        site = site == null ? Optional.empty() : site;
        tag = tag == null ? Optional.empty() : tag;
        source = source == null ? Optional.empty() : source;
    }

    /** A site from one source, and for one account alone if one is given. */
    public static Selector at(String site, Optional<String> source, Optional<String> account) {
        return new Selector(Optional.empty(), account, Optional.empty(), Optional.of(site), Optional.empty(), source);
    }

    /** Whether it selects all mail. */
    @JsonIgnore
    public boolean isEmpty() {
        return message.isEmpty()
                && account.isEmpty()
                && domain.isEmpty()
                && site.isEmpty()
                && tag.isEmpty()
                && source.isEmpty();
    }

    Selector ofAnySource() {
        return new Selector(message, account, domain, site, tag, Optional.empty());
    }

    boolean fits(Subject subject) {
        return fits(message, subject.message())
                && fits(account, subject.account())
                && fits(domain, subject.domain())
                && fits(site, subject.site())
                && fits(tag, subject.tag())
                && fits(source, subject.source());
    }

    private static boolean fits(Optional<String> wanted, String is) {
        return wanted.isEmpty() || wanted.get().equals(is);
    }

    @Override
    public String toString() {
        var words = new StringBuilder();
        append(words, "message", message);
        append(words, "account", account);
        append(words, "domain", domain);
        append(words, "site", site);
        append(words, "tag", tag);
        append(words, "source", source);
        return words.isEmpty() ? "all" : words.toString();
    }

    private static void append(StringBuilder words, String name, Optional<String> value) {
        value.ifPresent(text -> words.append(words.isEmpty() ? "" : " ")
                .append(name)
                .append('=')
                .append(text));
    }
}
