@NullMarked
package dev.penstock.aio.distribution.command;

import org.jspecify.annotations.NullMarked;
