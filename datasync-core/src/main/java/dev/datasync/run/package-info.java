/**
 * What happened: the report, the listener that hears of it while it happens, the policy for failures, and the
 * exceptions. Made by the engine, read by the host application.
 */
@NullMarked
package dev.datasync.run;

import org.jspecify.annotations.NullMarked;
