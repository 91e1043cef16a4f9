package dev.penstock.aio.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** A piece of direct, page-aligned memory that leases are cut from. The engine owns it. */
@ProviderType
public interface Slab {
    /** {@return a number that no other slab of this instance has or had} */
    int id();

    /** {@return the whole memory, from position 0 to its capacity; a new view for each call} */
    ByteBuffer memory();
}
