/**
 * Identity and equality: {@link dev.datasync.match.Matcher}, made by users and asked by the engine, the
 * {@link dev.datasync.match.Key} it finds, and the {@link dev.datasync.match.Difference}s it explains.
 */
@NullMarked
package dev.datasync.match;

import org.jspecify.annotations.NullMarked;
