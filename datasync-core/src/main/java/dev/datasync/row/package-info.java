/**
 * A record without a class: {@link dev.datasync.row.Row}, its {@link dev.datasync.row.Schema} and the field types.
 *
 * <p>Sources make rows, transformers change them, the engine compares them and sinks store them. Nothing in this
 * package knows any other package of the library.
 */
@NullMarked
package dev.datasync.row;

import org.jspecify.annotations.NullMarked;
