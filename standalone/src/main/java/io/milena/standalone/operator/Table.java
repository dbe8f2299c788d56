package io.milena.standalone.operator;

import io.milena.smtp.SafeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows for people, in columns as wide as their widest cell. The numbers of a column whose heading begins with {@code >}
 * are aligned right.
 */
final class Table {
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row with a cell for each heading; null prints as {@code -}. */
    Table row(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells (expected: " + headings.size() + ")");
        }
        rows.add(Arrays.stream(cells)
                .map(cell -> cell == null || cell.isEmpty() ? "-" : SafeText.line(cell))
                .toList());
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public String toString() {
        var titles = headings.stream()
                .map(heading -> atRight(heading) ? heading.substring(1) : heading)
                .toList();
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = titles.get(column).length();
            for (var row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        var text = new StringBuilder();
        append(text, titles, widths);
        rows.forEach(row -> append(text, row, widths));
        return text.toString();
    }

    private void append(StringBuilder text, List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            var cell = row.get(column);
            var air = " ".repeat(widths[column] - cell.length());
            line.append(atRight(headings.get(column)) ? air + cell : cell + air).append("  ");
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    private static boolean atRight(String heading) {
        return heading.startsWith(">");
    }
}
