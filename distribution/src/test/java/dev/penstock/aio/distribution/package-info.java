@NullMarked
package dev.penstock.aio.distribution;

import org.jspecify.annotations.NullMarked;
