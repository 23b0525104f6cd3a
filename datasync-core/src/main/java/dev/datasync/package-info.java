/**
 * The front door: {@link dev.datasync.SyncPlan}, built, previewed and run by the host application. Nothing inside the
 * library imports it.
 */
@NullMarked
package dev.datasync;

import org.jspecify.annotations.NullMarked;
