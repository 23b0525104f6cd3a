/** Plans that run every hour, by four schedulers. */
@NullMarked
package dev.datasync.examples.scheduling;

import org.jspecify.annotations.NullMarked;
