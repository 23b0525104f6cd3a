package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.row.Row;

/** The kinds of requests, in the order in which they are sent. A soft delete is an update here. */
enum WriteKind {
    DELETE("delete"),
    UPDATE("update"),
    INSERT("insert");

    private final String word;

    WriteKind(String word) {
        this.word = word;
    }

    /** Returns the word by which it is declared. */
    String word() {
        return word;
    }

    static WriteKind of(Change<Row> change) {
        if (change instanceof Change.Insert<Row>) {
            return INSERT;
        }
        return change instanceof Change.Update<Row> ? UPDATE : DELETE;
    }

    /** Returns the record that the request is about: as the server has it, or for an insert as it will be. */
    static Row record(Change<Row> change) {
        if (change instanceof Change.Insert<Row> insert) {
            return insert.after();
        }
        return change instanceof Change.Update<Row> update ? update.before() : ((Change.Delete<Row>) change).before();
    }
}
