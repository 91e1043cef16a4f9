package dev.penstock.aio.spi;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** How to open a file; already checked against contradictions and the provider's capabilities. Immutable. */
@ProviderType
public interface OpenSpec {
    /** {@return the path, of the default file system} */
    Path path();

    /** {@return whether reads are wanted} */
    boolean read();

    /** {@return whether writes are wanted; true also for {@link #append()}} */
    boolean write();

    /** {@return whether every write goes to the end of the file ({@code O_APPEND})} */
    boolean append();

    /** {@return whether a missing file is created ({@code O_CREAT})} */
    boolean create();

    /** {@return whether the file must be new ({@code O_CREAT | O_EXCL})} */
    boolean createNew();

    /** {@return whether an existing file is emptied ({@code O_TRUNC})} */
    boolean truncateExisting();

    /** {@return whether each write brings its data to storage ({@code O_DSYNC})} */
    boolean dsync();

    /** {@return whether each write brings data and metadata to storage ({@code O_SYNC})} */
    boolean sync();

    /** {@return whether the page cache is passed by ({@code O_DIRECT})} */
    boolean direct();

    /** {@return whether a symbolic link at the end of the path is refused ({@code O_NOFOLLOW})} */
    boolean noFollowLinks();

    /** {@return the attributes of a file that is created} */
    List<FileAttribute<?>> attributes();

    /** {@return what is asked for, to begin the message of a refusal: the call, the path and the options} */
    @Override
    String toString();
}
