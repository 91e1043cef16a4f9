/** A bundle that uses the service and cleans nothing up. */
package dev.penstock.aio.itests.consumer;
