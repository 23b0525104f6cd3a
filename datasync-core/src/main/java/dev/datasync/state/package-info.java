/**
 * What a plan remembers from one run to the next: how far it has read, {@link dev.datasync.state.WatermarkStore}, and
 * who is running it, {@link dev.datasync.state.RunLock}. Implemented by connectors, called by the engine.
 */
@NullMarked
package dev.datasync.state;

import org.jspecify.annotations.NullMarked;
