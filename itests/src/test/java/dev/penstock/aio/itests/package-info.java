/** Tests that run inside a framework, as one bundle beside those under test, and those of plain Java. */
package dev.penstock.aio.itests;
