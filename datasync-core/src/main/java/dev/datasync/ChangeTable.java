package dev.datasync;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeSet;
import dev.datasync.match.Difference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Changes as a table for a person to read: a line for each changed field. */
final class ChangeTable {

    private static final int WIDEST = 60;
    private static final int COLUMNS = 5;

    private ChangeTable() {}

    static <T> String of(ChangeSet<T> changes, int mostChanges) {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"change", "key", "field", "before", "after"});
        Iterator<Change<T>> iterator = changes.iterator();
        int shown = 0;
        while (iterator.hasNext() && shown < mostChanges) {
            add(lines, iterator.next());
            shown++;
        }
        long left = changes.counts().total() - shown;
        return changes.counts().total() == 0
                ? "no changes"
                : print(lines) + (left > 0 ? String.format(Locale.ROOT, "%n... and %,d more", left) : "");
    }

    private static <T> void add(List<String[]> lines, Change<T> change) {
        String key = change.key().toString();
        if (change instanceof Change.Insert<T> insert) {
            lines.add(new String[] {"insert", key, "", "", shown(insert.after())});
        } else if (change instanceof Change.Delete<T> delete) {
            lines.add(new String[] {"delete", key, "", shown(delete.before()), ""});
        } else if (change instanceof Change.Update<T> update) {
            String word = update.cause() == Change.Update.Cause.SOFT_DELETE ? "soft delete" : "update";
            for (Difference difference : update.differences()) {
                lines.add(new String[] {
                    word, key, difference.field(), shown(difference.before()), shown(difference.after())
                });
                // the change and its key stand once, above all of its fields
                word = "";
                key = "";
            }
        }
    }

    private static String shown(@Nullable Object value) {
        String text = value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value);
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(Character.isISOControl(c) ? ' ' : c);
        }
        return plain.length() <= WIDEST ? plain.toString() : plain.substring(0, WIDEST - 3) + "...";
    }

    private static String print(List<String[]> lines) {
        int[] widths = new int[COLUMNS];
        for (String[] line : lines) {
            for (int i = 0; i < COLUMNS; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < lines.size(); n++) {
            append(text, lines.get(n), widths, ' ');
            if (n == 0) {
                append(text, new String[] {"", "", "", "", ""}, widths, '-');
            }
        }
        return text.toString().stripTrailing();
    }

    private static void append(StringBuilder text, String[] cells, int[] widths, char filler) {
        StringBuilder line = new StringBuilder("  ");
        for (int i = 0; i < COLUMNS; i++) {
            line.append(cells[i]);
            line.append(String.valueOf(filler).repeat(widths[i] - cells[i].length()));
            line.append("  ");
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
}
