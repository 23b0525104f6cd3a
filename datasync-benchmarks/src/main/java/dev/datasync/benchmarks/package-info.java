/** DataSync and its rivals on the same work: started by a person, and in a small size by the tests. */
@NullMarked
package dev.datasync.benchmarks;

import org.jspecify.annotations.NullMarked;
