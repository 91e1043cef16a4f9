/**
 * What tests need of the system around the JVM: processes with other limits and rights, small file systems, the
 * descriptors that are open, how to open a file where no engine says it. Every run of a command is bounded; a test that lacks something of the machine says so.
 */
@Export
@Version("1.0.0")
package dev.penstock.aio.tck.system;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
