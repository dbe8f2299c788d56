package io.milena.standalone.platform;

import java.util.List;

/** Configuration makes no sense; one sentence for each thing that is wrong. The exit code is 2. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("; ", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
