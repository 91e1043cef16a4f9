/**
 * Starts a framework for a class of tests and runs its methods inside. These classes come from the class path, for
 * the tests inside too: nothing here may name a type of the bundles under test.
 */
package dev.penstock.aio.itests.harness;
