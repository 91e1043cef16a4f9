/** The engine in a container: its components and per-bundle state. Plain Java never loads this package. */
@NullMarked
package dev.penstock.aio.engine.osgi;

import org.jspecify.annotations.NullMarked;
