/**
 * Where records come from: {@link dev.datasync.source.Source}, called by the engine once per reading and implemented by
 * connectors, and what it says at its end, {@link dev.datasync.source.Completion}.
 */
@NullMarked
package dev.datasync.source;

import org.jspecify.annotations.NullMarked;
