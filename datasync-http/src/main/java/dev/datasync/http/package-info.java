/** REST resources as sources and sinks; composed by users, called by the engine. */
@NullMarked
package dev.datasync.http;

import org.jspecify.annotations.NullMarked;
