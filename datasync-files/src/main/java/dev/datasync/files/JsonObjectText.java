package dev.datasync.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of one object that is known to be valid JSON: where its members are, so that the value of one can be
 * replaced and everything else stays as it is.
 */
final class JsonObjectText {

    private final byte[] text;
    private final int start;
    private final int end;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, Member> byName = new HashMap<>();

    /** A member's name, where what is before the name begins, and where its name and value are. */
    record Member(String name, int lead, int nameFrom, int nameTo, int from, int to) {}

    private JsonObjectText(byte[] text, int start) {
        this.text = text;
        this.start = start;
        this.end = scan();
    }

    static JsonObjectText of(byte[] text) {
        return new JsonObjectText(text, 0);
    }

    /** Returns the object that a member is, or null when it is none. */
    @Nullable
    JsonObjectText object(Member member) {
        return text[member.from] == '{' ? new JsonObjectText(text, member.from) : null;
    }

    boolean isNull(Member member) {
        return text[member.from] == 'n';
    }

    /** Returns the member of a name. */
    @Nullable
    Member member(String name) {
        return byName.get(name);
    }

    /** Returns where a new member goes: behind the last one. */
    int insertAt() {
        return members.isEmpty() ? start + 1 : members.get(members.size() - 1).to;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Returns how the object is laid out; what it does not tell is taken from another style. */
    JsonStyle style(JsonStyle fallback) {
        if (members.isEmpty()) {
            return fallback;
        }
        Member first = members.get(0);
        Member latest = members.get(members.size() - 1);
        String colon = part(latest.nameTo, latest.from);
        String lead = part(latest.lead, latest.nameFrom);
        if (lead.indexOf('\n') < 0 && lead.indexOf('\r') < 0) {
            String gap = members.size() > 1 ? lead : colon.endsWith(" ") ? " " : "";
            return new JsonStyle(null, "", fallback.unit(), gap, colon);
        }
        String close = part(latest.to, end - 1);
        String unit = lead.length() > close.length() && lead.startsWith(close) && !close.isEmpty()
                ? lead.substring(close.length())
                : fallback.unit();
        String own = part(first.lead, first.nameFrom);
        return new JsonStyle(members.size() > 1 ? lead : own, close, unit, " ", colon);
    }

    private String part(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    // ---------------------------------------------------------------- scanning

    private int scan() {
        int next = start + 1;
        while (true) {
            int lead = next;
            next = blanks(next);
            if (text[next] == '}') {
                return next + 1;
            }
            int nameFrom = next;
            next = string(next);
            int nameTo = next;
            next = blanks(blanks(next) + 1);
            int from = next;
            next = value(next);
            Member member = new Member(name(nameFrom, nameTo), lead, nameFrom, nameTo, from, next);
            members.add(member);
            byName.put(member.name, member);
            int behind = blanks(next);
            if (text[behind] == '}') {
                return behind + 1;
            }
            next = behind + 1;
        }
    }

    private int blanks(int from) {
        int next = from;
        while (text[next] == ' ' || text[next] == '\n' || text[next] == '\r' || text[next] == '\t') {
            next++;
        }
        return next;
    }

    private int string(int from) {
        int next = from + 1;
        while (text[next] != '"') {
            next += text[next] == '\\' ? 2 : 1;
        }
        return next + 1;
    }

    private int value(int from) {
        int next = from;
        int depth = 0;
        do {
            switch (text[next]) {
                case '"' -> next = string(next);
                case '{', '[' -> {
                    depth++;
                    next++;
                }
                case '}', ']' -> {
                    depth--;
                    next++;
                }
                case ',', ':', ' ', '\n', '\r', '\t' -> next++;
                default -> next = word(next);
            }
        } while (depth > 0);
        return next;
    }

    private int word(int from) {
        int next = from;
        while (",:]} \n\r\t".indexOf(text[next]) < 0) {
            next++;
        }
        return next;
    }

    private String name(int from, int to) {
        String name = new String(Arrays.copyOfRange(text, from + 1, to - 1), StandardCharsets.UTF_8);
        if (name.indexOf('\\') < 0) {
            return name;
        }
        StringBuilder plain = new StringBuilder(name.length());
        int next = 0;
        while (next < name.length()) {
            char c = name.charAt(next++);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escape = name.charAt(next++);
            switch (escape) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(name.substring(next, next + 4), 16));
                    next += 4;
                }
                default -> plain.append(escape);
            }
        }
        return plain.toString();
    }
}
