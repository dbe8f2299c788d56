package io.milena.delivery.operator;

import io.milena.smtp.SafeText;

/** Who asks, by the own word of whoever bears the administrator's token: for the record, not for what is allowed. */
public final class Operator {
    /** The field of a request that says so. */
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
