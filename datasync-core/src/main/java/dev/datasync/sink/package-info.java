/**
 * Where changes go: {@link dev.datasync.sink.Sink}, implemented by connectors, the
 * {@link dev.datasync.sink.ChangeWriter} it opens for the engine, and the {@link dev.datasync.sink.Outcome} of each
 * change.
 */
@NullMarked
package dev.datasync.sink;

import org.jspecify.annotations.NullMarked;
