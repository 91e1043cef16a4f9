package dev.penstock.aio.engine.osgi;

/**
 * A service inside this bundle: there while the default instance is registered, and gone before that one goes. What
 * depends on it is never the best that is left when the default instance is withdrawn.
 */
final class DefaultIsThere {}
