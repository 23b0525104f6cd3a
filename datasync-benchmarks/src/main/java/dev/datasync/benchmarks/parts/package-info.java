/** Parts of DataSync, measured by JMH: its classes and what it runs have to be public. */
@NullMarked
package dev.datasync.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
