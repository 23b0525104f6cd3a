package dev.datasync.testkit;

import dev.datasync.row.Row;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The order of {@link dev.datasync.source.Source#canOrderBy}, written down a second time and independently. */
final class FieldOrder implements Comparator<Row> {

    private final List<String> fields;

    FieldOrder(List<String> fields) {
        this.fields = fields;
    }

    @Override
    public int compare(Row one, Row other) {
        for (String field : fields) {
            int result = compareValues(one.value(field), other.value(field));
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // values of one field are of one class
    static int compareValues(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        if (one instanceof String text && other instanceof String otherText) {
            return Arrays.compare(
                    text.codePoints().toArray(), otherText.codePoints().toArray());
        }
        if (one instanceof byte[] bytes && other instanceof byte[] otherBytes) {
            return Arrays.compareUnsigned(bytes, otherBytes);
        }
        if (one instanceof UUID uuid && other instanceof UUID otherUuid) {
            int high = Long.compareUnsigned(uuid.getMostSignificantBits(), otherUuid.getMostSignificantBits());
            return high != 0
                    ? high
                    : Long.compareUnsigned(uuid.getLeastSignificantBits(), otherUuid.getLeastSignificantBits());
        }
        return ((Comparable) one).compareTo(other);
    }
}
