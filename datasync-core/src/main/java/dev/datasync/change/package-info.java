/**
 * What would happen: {@link dev.datasync.change.Change}, collected in a {@link dev.datasync.change.ChangeSet} by the
 * engine and read by sinks and people, and the limits within which {@link dev.datasync.change.Deletes} are allowed.
 */
@NullMarked
package dev.datasync.change;

import org.jspecify.annotations.NullMarked;
