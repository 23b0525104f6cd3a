/** Files as sources and sinks, named by plans and called by the engine: CSV, Excel and JSON. */
@NullMarked
package dev.datasync.files;

import org.jspecify.annotations.NullMarked;
