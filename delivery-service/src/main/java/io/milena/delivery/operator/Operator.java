package io.milena.delivery.operator;

import io.milena.smtp.SafeText;

/** The operator's name as the bearer of the administrator's token gives it: for the record, not for permissions. */
public final class Operator {
    /** Request header field with the name. */
    public static final String HEADER = "Milena-Operator";

    private static final int LONGEST = 100;

    private Operator() {}

    public static String name(String given) {
        if (given == null || given.isBlank()) {
            return "the administrator";
        }
        var name = SafeText.line(given.strip());
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST);
    }
}
