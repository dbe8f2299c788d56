package io.milena.delivery.operator;

/**
 * The operator's name as the request states it. For the record only: the administrator's token decides what is allowed.
 */
public final class Operator {
    /** The header field with the name. */
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
