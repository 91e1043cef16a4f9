/** A bundle whose component follows whatever instance is the best. */
package dev.penstock.aio.itests.follower;
