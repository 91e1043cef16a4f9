/**
 * What the tests of a provider's own module have in common: they stand on {@link dev.penstock.aio.tck.provider.ProviderTest},
 * which puts nothing between engine and provider. A module runs those that are abstract here by a class of its own that
 * names the provider.
 */
@Export
@Version("1.0.0")
package dev.penstock.aio.tck.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
