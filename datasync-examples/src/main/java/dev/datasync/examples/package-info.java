/** Runnable examples of plans and connectors, read by people and quoted by the README. */
@NullMarked
package dev.datasync.examples;

import org.jspecify.annotations.NullMarked;
