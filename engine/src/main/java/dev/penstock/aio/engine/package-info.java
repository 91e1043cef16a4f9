/**
 * The engine: gives a request its POSIX life, the same on every provider. Exports nothing.
 *
 * <p>Where to look: {@link dev.penstock.aio.engine.Consumer} has the calls of one user, {@link
 * dev.penstock.aio.engine.Block} is a request, {@link dev.penstock.aio.engine.OpenFile} keeps the order of a file's
 * requests, {@link dev.penstock.aio.engine.LaneDriver} stands between the engine and a provider's lane, {@link
 * dev.penstock.aio.engine.Waiting} is every wait.
 */
@NullMarked
package dev.penstock.aio.engine;

import org.jspecify.annotations.NullMarked;
