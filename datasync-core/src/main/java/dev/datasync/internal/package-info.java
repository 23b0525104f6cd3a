/**
 * The engine: reads both sides, compares them within a memory budget, guards and applies the changes. Not exported;
 * called by the front door only.
 */
@NullMarked
package dev.datasync.internal;

import org.jspecify.annotations.NullMarked;
