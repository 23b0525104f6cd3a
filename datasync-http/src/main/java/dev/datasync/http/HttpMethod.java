package dev.datasync.http;

/** The methods by which a change becomes a request. */
public enum HttpMethod {
    /** Makes something new; doing it twice makes two. */
    POST,
    /** Puts a whole record in the place of another; doing it twice is the same as once. */
    PUT,
    /** Changes parts of a record. */
    PATCH,
    /** Removes a record; doing it twice is the same as once. */
    DELETE
}
