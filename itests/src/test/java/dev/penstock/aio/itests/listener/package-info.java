/** A bundle that listens in every way and cleans nothing up. */
package dev.penstock.aio.itests.listener;
