/**
 * What happens to a record between source and comparison: {@link dev.datasync.transform.Transformer}, called by the
 * engine per record and written by users, and ready-made ones for rows.
 */
@NullMarked
package dev.datasync.transform;

import org.jspecify.annotations.NullMarked;
