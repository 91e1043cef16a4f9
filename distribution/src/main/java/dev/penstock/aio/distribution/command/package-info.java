/**
 * The {@code aio} command, as a bundle: takes the service from the registry and moves the user's own files with it.
 */
@NullMarked
package dev.penstock.aio.distribution.command;

import org.jspecify.annotations.NullMarked;
