package io.milena.auth.rest;

import io.milena.operator.Problem;
import java.util.List;
import java.util.regex.Pattern;

/** The tags in a request; a value that is none ends the request. */
final class AccountTags {
    private static final int MOST = 100;
    // The values that ingest takes in X-Milena-Tag.
    private static final Pattern TAG = Pattern.compile("[!-~]([ -~]{0,98}[!-~])?");

    private AccountTags() {}

    static List<String> distinct(List<String> given) {
        if (given.size() > MOST) {
            throw Problem.invalid("#/tags", "expected: " + MOST + " or fewer").exception();
        }
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) == null || !TAG.matcher(given.get(i)).matches()) {
                throw Problem.invalid("#/tags/" + i, "expected: 1 to 100 printable ASCII characters")
                        .exception();
            }
        }
        return given.stream().distinct().toList();
    }
}
