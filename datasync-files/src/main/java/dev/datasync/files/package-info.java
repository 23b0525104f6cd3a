/** Files as sources and sinks: {@link dev.datasync.files.CsvFile}, named by plans and called by the engine. */
@NullMarked
package dev.datasync.files;

import org.jspecify.annotations.NullMarked;
