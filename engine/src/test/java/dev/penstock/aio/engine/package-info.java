/**
 * The engine's own tests: what no contract test can see. {@link dev.penstock.aio.engine.ScriptedProvider} is the
 * backend that does what a test says.
 */
@NullMarked
package dev.penstock.aio.engine;

import org.jspecify.annotations.NullMarked;
