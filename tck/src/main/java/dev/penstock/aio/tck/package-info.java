/**
 * The contract as tests. A provider's module names an {@link dev.penstock.aio.tck.UnderTestFactory} and runs
 * {@link dev.penstock.aio.tck.Tck#classes()}; the tests see nothing but an {@link dev.penstock.aio.tck.UnderTest}.
 */
@Export
@Version("1.0.0")
package dev.penstock.aio.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
