package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.http.Requests.Sent;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends many changes with one request, and finds out what became of each. Safe for use by several threads. */
final class BulkSender {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern STATUS = Pattern.compile("([1-5][0-9]{2})(?:\\s.*)?");

    private final ChangeRequests changes;
    private final Requests requests;
    private final Sender sender;
    private final Generated generated;
    private final Brake brake;
    private final int attempts;

    BulkSender(
            ChangeRequests changes, Requests requests, Sender sender, Generated generated, Brake brake, int attempts) {
        this.changes = changes;
        this.requests = requests;
        this.sender = sender;
        this.generated = generated;
        this.brake = brake;
        this.attempts = attempts;
    }

    /** One change of a request. */
    private record Item(int index, Change<Row> change, Row fields, JsonBody.Written content) {}

    /** One writing of some changes of one kind. */
    private final class Sending {

        private final Batch batch;
        private final Declared declared;
        private final Bulk bulk;

        Sending(Batch batch, Declared declared, Bulk bulk) {
            this.batch = batch;
            this.declared = declared;
            this.bulk = bulk;
        }

        void send(List<Item> items, int attempt) {
            if (items.isEmpty()) {
                return;
            }
            if (brake.isSet()) {
                // not begun, or known by reading not to have arrived
                items.forEach(item -> settle(item, brake.notBegun()));
                return;
            }
            Call call;
            try {
                call = changes.bulk(
                        declared, bulk, items.stream().map(Item::content).toList());
            } catch (Refused e) {
                items.forEach(item -> settle(item, Outcome.rejected(e.reason())));
                return;
            }
            Sent sent = requests.send(call);
            Answer answer = sent.answer();
            if (answer != null) {
                judge(items, call, answer, attempt);
            } else if (sent.isLost()) {
                lost(items, sent.otherwise(), attempt);
            } else {
                items.forEach(item -> settle(item, sent.otherwise()));
            }
        }

        private void settle(Item item, Outcome outcome) {
            brake.note(outcome);
            batch.settle(item.index(), outcome);
        }

        private void judge(List<Item> items, Call call, Answer answer, int attempt) {
            int status = answer.status();
            Optional<Object> document = document(answer);
            Optional<List<?>> entries = bulk.results()
                    .flatMap(pointer -> document.flatMap(found -> JsonAnswer.at(found, pointer)))
                    .flatMap(found -> found instanceof List<?> list ? Optional.of(list) : Optional.empty());
            if (entries.isPresent() && status < 500) {
                byEntry(items, entries.get(), answer, attempt);
            } else if (answer.isSuccess() && (bulk.results().isPresent() || status == 207)) {
                lost(
                        items,
                        Outcome.unknown(
                                declared.shown() + " was answered with status " + status
                                        + (bulk.results().isPresent()
                                                ? ", but without the results that results(...) says it has"
                                                : ", which is success for some: say with results(...) where it tells for which")),
                        attempt);
            } else if (isForTheWhole(status) && answer.mayHaveArrivedBefore() && !isSame(call)) {
                // an earlier attempt may have been done, and the status be that of its repetition
                lost(items, Verdict.unknown(declared.shown(), status), attempt);
            } else if (items.size() > 1 && isForTheWhole(status)) {
                // nothing was done: the halves tell which changes are to blame
                int half = items.size() / 2;
                send(items.subList(0, half), attempt);
                send(items.subList(half, items.size()), attempt);
            } else {
                asAll(items, call, answer, attempt);
            }
        }

        /** Tells whether a request is the same twice as once by itself, and not because the server knows its key. */
        private boolean isSame(Call call) {
            return call.safety() == Call.Safety.IDEMPOTENT && !changes.isKeyed(declared);
        }

        private boolean isForTheWhole(int status) {
            return switch (status) {
                case 400, 409, 413, 422 -> true;
                case 404, 410, 412 -> declared.kind() != WriteKind.INSERT;
                default -> false;
            };
        }

        /** The status holds for all changes. */
        private void asAll(List<Item> items, Call call, Answer answer, int attempt) {
            Optional<Outcome> outcome = Verdict.of(declared, call, answer);
            if (outcome.isEmpty()) {
                lost(items, Verdict.unknown(declared.shown(), answer.status()), attempt);
                return;
            }
            for (Item item : items) {
                if (outcome.get() instanceof Outcome.Applied) {
                    generated.take(item.change(), Optional.empty(), Optional.empty());
                }
                settle(item, outcome.get());
            }
        }

        // ------------------------------------------------------------ what an answer says of each

        private void byEntry(List<Item> items, List<?> entries, Answer answer, int attempt) {
            List<Optional<Object>> matched = matched(items, entries);
            Map<Outcome, List<Item>> lost = new HashMap<>();
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                Optional<Object> entry = matched.get(i);
                Optional<Outcome> outcome = entry.flatMap(found -> outcome(item, found, answer));
                if (outcome.isEmpty()) {
                    String reason = declared.shown()
                            + (entry.isEmpty()
                                    ? " was answered without a result for this change"
                                    : " was answered with a result for this change from which only the server knows"
                                            + " whether it was done");
                    lost.computeIfAbsent(Outcome.unknown(reason), same -> new ArrayList<>())
                            .add(item);
                    continue;
                }
                if (outcome.get() instanceof Outcome.Applied) {
                    generated.take(item.change(), entry, Optional.empty());
                }
                settle(item, outcome.get());
            }
            lost.forEach((reason, some) -> lost(some, reason, attempt));
        }

        private List<Optional<Object>> matched(List<Item> items, List<?> entries) {
            List<Optional<Object>> matched = new ArrayList<>(items.size());
            if (bulk.matchedBy().isEmpty()) {
                for (int i = 0; i < items.size(); i++) {
                    // more results than changes are those of something else
                    matched.add(
                            entries.size() > items.size() || i >= entries.size()
                                    ? Optional.empty()
                                    : Optional.ofNullable(entries.get(i)));
                }
                return matched;
            }
            String field = bulk.matchedBy().get();
            Map<String, Optional<Object>> byValue = new HashMap<>();
            for (Object entry : entries) {
                JsonAnswer.field(entry, field, null)
                        .flatMap(BulkSender::text)
                        // two results for one value tell nothing
                        .ifPresent(value -> byValue.merge(value, Optional.of(entry), (one, other) -> Optional.empty()));
            }
            for (Item item : items) {
                Row record = WriteKind.record(item.change());
                Object value = record.has(field) ? record.value(field) : null;
                matched.add(Optional.ofNullable(value)
                        .flatMap(BulkSender::text)
                        .flatMap(text -> byValue.getOrDefault(text, Optional.empty())));
            }
            return matched;
        }

        private Optional<Outcome> outcome(Item item, Object entry, Answer answer) {
            Optional<Object> error = bulk.error()
                    .flatMap(pointer -> JsonAnswer.at(entry, pointer))
                    .filter(BulkSender::isSomething);
            if (bulk.status().isPresent()) {
                Optional<Integer> status =
                        JsonAnswer.at(entry, bulk.status().get()).flatMap(BulkSender::status);
                return status.flatMap(number -> Verdict.of(
                        declared.kind(),
                        number,
                        "its part of " + declared.shown(),
                        error.map(found -> word(item, found)).orElse(""),
                        answer.mayHaveArrivedBefore()));
            }
            if (error.isEmpty()) {
                return Optional.of(Outcome.applied());
            }
            String word = word(item, error.get());
            return Optional.of(Outcome.rejected("its part of " + declared.shown() + " was answered with an error"
                    + (word.isEmpty() ? "" : " (" + word + ")")));
        }

        // ------------------------------------------------------------ answers that were lost

        private void lost(List<Item> items, Outcome reason, int attempt) {
            List<Item> again = new ArrayList<>();
            sender.awaitTurn(attempt);
            for (Item item : items) {
                Optional<Outcome> found = sender.resolve(item.change(), item.fields(), reason);
                if (found.isPresent()) {
                    settle(item, found.get());
                } else {
                    again.add(item);
                }
            }
            if (attempt < attempts) {
                send(again, attempt + 1);
            } else {
                again.forEach(item -> settle(item, reason));
            }
        }
    }

    /** Sends changes of one kind, no more than one request takes. */
    void send(Batch batch, List<Integer> places, Declared declared, Bulk bulk) {
        List<Item> items = new ArrayList<>(places.size());
        Sending sending = new Sending(batch, declared, bulk);
        for (int index : places) {
            Change<Row> change = batch.change(index);
            try {
                Row fields = changes.fields(change, declared);
                items.add(new Item(index, change, fields, changes.item(change, declared, fields)));
            } catch (Refused e) {
                Outcome refused = Outcome.rejected(e.reason());
                brake.note(refused);
                batch.settle(index, refused);
            }
        }
        sending.send(items, 1);
    }

    private static Optional<Object> document(Answer answer) {
        try {
            return JsonAnswer.parsed(answer.body());
        } catch (ReadException e) {
            return Optional.empty();
        }
    }

    private static boolean isSomething(Object value) {
        return !value.equals(false)
                && !value.equals("")
                && !(value instanceof List<?> list && list.isEmpty())
                && !(value instanceof Map<?, ?> map && map.isEmpty());
    }

    private static Optional<Integer> status(Object value) {
        String text = value instanceof BigDecimal number && number.precision() + Math.abs((long) number.scale()) < 10
                ? number.toPlainString()
                : value instanceof String string ? string : "";
        Matcher matcher = STATUS.matcher(text);
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    private static Optional<String> text(Object value) {
        try {
            return Optional.of((String) FieldType.text().convert(FieldType.any().convert(value)));
        } catch (ConversionException e) {
            return Optional.empty();
        }
    }

    /** Returns an error as it may be shown: a short word which is no value of the record, or nothing. */
    private static String word(Item item, Object error) {
        if (!(error instanceof String word) || !WORD.matcher(word).matches()) {
            return "";
        }
        return holds(item.fields(), word) || holds(WriteKind.record(item.change()), word) ? "" : word;
    }

    private static boolean holds(Row row, String word) {
        String folded = word.toLowerCase(Locale.ROOT);
        for (int i = 0; i < row.schema().size(); i++) {
            @Nullable Object value = row.value(i);
            String text = value == null ? "" : text(value).orElse("").toLowerCase(Locale.ROOT);
            if (!text.isEmpty() && (text.contains(folded) || text.length() > 2 && folded.contains(text))) {
                return true;
            }
        }
        return false;
    }
}
