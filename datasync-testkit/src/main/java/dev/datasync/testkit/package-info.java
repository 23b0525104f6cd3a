/**
 * What the authors of connectors and plans test with: contracts to extend, {@link dev.datasync.testkit.InMemorySource}
 * and {@link dev.datasync.testkit.InMemorySink}, faulty wrappers, and assertions on plans.
 */
@NullMarked
package dev.datasync.testkit;

import org.jspecify.annotations.NullMarked;
