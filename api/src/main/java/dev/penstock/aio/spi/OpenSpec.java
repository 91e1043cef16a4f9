package dev.penstock.aio.spi;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** How to open a file; already checked against contradictions and the provider's capabilities. Immutable. */
@ProviderType
public interface OpenSpec {
    /** Returns the path, of the default file system. */
    Path path();

    /** Returns whether reads are wanted. */
    boolean read();

    /** Returns whether writes are wanted; true also for {@link #append()}. */
    boolean write();

    /** Returns whether every write goes to the end of the file ({@code O_APPEND}). */
    boolean append();

    /** Returns whether a missing file is created ({@code O_CREAT}). */
    boolean create();

    /** Returns whether the file must be new ({@code O_CREAT | O_EXCL}). */
    boolean createNew();

    /** Returns whether an existing file is emptied ({@code O_TRUNC}). */
    boolean truncateExisting();

    /** Returns whether each write brings its data to storage ({@code O_DSYNC}). */
    boolean dsync();

    /** Returns whether each write brings data and metadata to storage ({@code O_SYNC}). */
    boolean sync();

    /** Returns whether the page cache is passed by ({@code O_DIRECT}). */
    boolean direct();

    /** Returns whether a symbolic link at the end of the path is refused ({@code O_NOFOLLOW}). */
    boolean noFollowLinks();

    /** Returns the attributes of a file that is created. */
    List<FileAttribute<?>> attributes();
}
