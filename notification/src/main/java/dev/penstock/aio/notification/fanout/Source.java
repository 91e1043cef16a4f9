package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What many completions of a file have in common. Holds nothing of the file's: it may stay when that is long closed. */
record Source(
        String instance,
        Path path,
        long file,
        String provider,
        @Nullable String tag) {
    static Source of(TappedFile file, EndedRequest request) {
        return new Source(file.instance(), file.path(), file.number(), request.provider(), request.tag());
    }

    /** Whether a request of the same file has it, too. */
    boolean isOf(EndedRequest request) {
        return provider.equals(request.provider()) && Objects.equals(tag, request.tag());
    }

    // By hand, for the JDK keeps the types of a record whose own were called last, and with them this class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Source source
                && file == source.file
                && instance.equals(source.instance)
                && path.equals(source.path)
                && provider.equals(source.provider)
                && Objects.equals(tag, source.tag);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + Long.hashCode(file);
    }
}
