package io.milena.testing;

import java.util.regex.Pattern;

/**
 * How a recipient's address tells a scripted mail exchanger to behave: {@code 451-once@}, {@code 451-always@}, {@code 550@},
 * {@code 552-rcpt@}, {@code 550-dot@}, {@code 451-tenfold@}, {@code drop-in-data@}, {@code drop-after-dot-once@}. Text
 * after a {@code +} is ignored; any other local-part is served.
 */
public sealed interface Script {
    /** The stage of the dialogue at which it happens. */
    enum Stage {
        RCPT,
        DATA,
        DOT
    }

    /** Serves the recipient. */
    record Accept() implements Script {}

    /** Answers the stage with this code, the first {@code times} times. */
    record Refuse(int code, Stage stage, int times) implements Script {}

    /** Hangs up at the stage, the first {@code times} times. */
    record Drop(Stage stage, int times) implements Script {}

    Pattern REFUSE = Pattern.compile("([45]\\d\\d)(-rcpt|-data|-dot)?(-once|-twice|-tenfold|-always)?");
    Pattern DROP = Pattern.compile("drop(-at-rcpt|-in-data|-after-dot)(-once|-twice|-always)?");

    /** The script in an address. */
    static Script of(String forwardPath) {
        var local = forwardPath.substring(0, forwardPath.lastIndexOf('@'));
        int plus = local.indexOf('+');
        var wish = plus < 0 ? local : local.substring(0, plus);
        var refuse = REFUSE.matcher(wish);
        if (refuse.matches()) {
            return new Refuse(Integer.parseInt(refuse.group(1)), stage(refuse.group(2)), times(refuse.group(3)));
        }
        var drop = DROP.matcher(wish);
        if (drop.matches()) {
            return new Drop(stage(drop.group(1)), times(drop.group(2)));
        }
        return new Accept();
    }

    private static Stage stage(String suffix) {
        if (suffix == null || suffix.endsWith("rcpt")) {
            return Stage.RCPT;
        }
        return suffix.endsWith("dot") ? Stage.DOT : Stage.DATA;
    }

    private static int times(String suffix) {
        if (suffix == null || suffix.equals("-always")) {
            return Integer.MAX_VALUE;
        }
        return switch (suffix) {
            case "-once" -> 1;
            case "-tenfold" -> 10;
            default -> 2;
        };
    }

    /** The text that follows a code, worded as real hosts do. */
    static String wording(int code, String forwardPath) {
        var status =
                switch (code) {
                    case 550 -> "5.1.1";
                    case 552 -> "5.2.2";
                    case 450 -> "4.2.1";
                    case 452 -> "4.2.2";
                    default -> code / 100 + ".3.0";
                };
        return code + " " + status + " <" + forwardPath + "> answered as scripted";
    }
}
