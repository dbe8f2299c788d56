package io.milena.auth.rest;

import io.milena.operator.Problem;
import io.milena.topics.Directory;
import java.util.List;

/** The tags in a request; a value that is none ends the request. */
final class AccountTags {
    private static final int MOST = 100;

    private AccountTags() {}

    static List<String> distinct(List<String> given) {
        if (given.size() > MOST) {
            throw Problem.invalid("#/tags", "expected: " + MOST + " or fewer").exception();
        }
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) == null || !Directory.Account.isTag(given.get(i))) {
                throw Problem.invalid("#/tags/" + i, "expected: 1 to 100 printable ASCII characters")
                        .exception();
            }
        }
        return given.stream().distinct().toList();
    }
}
