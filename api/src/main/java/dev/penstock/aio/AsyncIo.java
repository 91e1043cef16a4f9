package dev.penstock.aio;

import dev.penstock.aio.spi.AioEngine;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * POSIX asynchronous I/O: opens files, makes control blocks, leases and completion queues, and has the functions of
 * {@code <aio.h>} on control blocks. The idiomatic calls are on {@link AsyncFile}.
 *
 * <p>In a container this is a service with one object per bundle: {@code @Reference AsyncIo aio;}. What the bundle
 * opened is closed, and what it leased is returned, when the bundle stops. In plain Java {@link #load()} finds it.
 *
 * <p>Providers come and go, and open files follow, see {@link AsyncFile}. A new configuration of the instance ends it, with every file, and brings a new service: the old object answers ENXIO.
 *
 * <p>Any thread may call any method. The functions on control blocks throw {@link AioException} where POSIX returns
 * -1, with the errno that POSIX names; where {@link #read}, {@link #write} or {@link #sync} throws, nothing was started
 * and the block is as before, and {@link #list} says what it started. A {@code null} argument is a
 * {@link NullPointerException} with the argument's name. Objects of another {@code AsyncIo} are refused with
 * {@link IllegalArgumentException}.
 */
@ProviderType
public interface AsyncIo {
    /** The service property that names an instance; its value is the configuration attribute {@code name}. */
    String INSTANCE = "penstock.instance";

    /** The name of the instance that an unfiltered reference binds to. */
    String DEFAULT_INSTANCE = "default";

    /** {@return the name of this instance} */
    String name();

    /**
     * Opens a file with the best provider there is. This is a blocking call, as {@code open(2)} is.
     *
     * <p>Options: READ, WRITE, APPEND, CREATE, CREATE_NEW, TRUNCATE_EXISTING, DSYNC and SYNC of
     * {@link java.nio.file.StandardOpenOption}, {@link FileOption#DIRECT} (or the JDK's own) and
     * {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}. Without READ, WRITE and APPEND it is READ. APPEND implies
     * WRITE and goes with READ.
     *
     * @param path in the default file system; a regular file or a block device
     * @param options how to open
     * @param attributes set when the file is created, such as its permissions
     * @return the open file, of which the caller has to take care
     * @throws AioException the errno of open(2), such as ENOENT, EACCES, EROFS or EEXIST; EISDIR for a directory;
     *     EOPNOTSUPP for another kind of file or file system, or an option that the provider cannot honour; EINVAL
     *     for options that contradict each other, or attributes without CREATE or CREATE_NEW; EMFILE at {@link Limits#maxOpenFiles()}; ENXIO if there is no
     *     provider or the instance has been stopped
     */
    AsyncFile open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws AioException;

    /**
     * Opens a file, as {@link #open(Path, Set, FileAttribute[])}.
     *
     * @param path in the default file system
     * @param options how to open; one that occurs twice counts once
     * @return the open file
     * @throws AioException as there
     */
    default AsyncFile open(Path path, OpenOption... options) throws AioException {
        Objects.requireNonNull(options, "options");
        // Neither Set.of nor Set.copyOf: they refuse duplicates, and do not say what is null.
        return open(path, new LinkedHashSet<>(Arrays.asList(options)));
    }

    /** {@return a new control block} */
    ControlBlock controlBlock();

    /**
     * Lends a page-aligned buffer. Never blocks.
     *
     * @param bytes 1 or more; its content is unspecified but never another user's
     * @return the lease, to be closed by the caller
     * @throws AioException EAGAIN if {@link Limits#maxLeasedBytes()} would be passed, or it is larger than a buffer can
     *     be; EINVAL if bytes is below 1; ENOMEM if there is no memory; ENXIO if the instance has been stopped
     */
    Lease lease(int bytes) throws AioException;

    /** {@return a new completion queue} */
    CompletionQueue completionQueue();

    /** {@return the bounds of this instance} */
    Limits limits();

    /**
     * {@return the provider that files are opened with now}
     *
     * @throws AioException ENXIO if there is none
     */
    ProviderInfo provider() throws AioException;

    /** {@return every provider known, usable or not, best first} */
    List<ProviderInfo> providers();

    /**
     * Starts reading into the block's buffers at its offset ({@code aio_read}).
     *
     * <p>Refused with EINVAL for a negative offset, an offset plus length beyond a {@code long}, a length that is
     * negative or more than the buffers hold, no file, no buffer, a read-only buffer, a priority out of range, or
     * misalignment where the file is DIRECT; EBADF if the file is closed or not open for reading; EFAULT if the
     * memory of a buffer is not accessible to the caller; EBUSY if the block is busy or was not collected; EAGAIN if
     * a limit is reached; ENXIO if the instance has been stopped. The opcode is ignored.
     *
     * <p>Memory that only the caller may access (of a confined arena), or whose arena is closed meanwhile, is accepted,
     * and the request ends with EFAULT if a thread of the provider moves the bytes.
     *
     * @param block described as {@link ControlBlock} says
     * @throws AioException if refused
     * @throws IllegalStateException if the block's lease was released
     */
    void read(ControlBlock block) throws AioException;

    /**
     * Starts writing from the block's buffers at its offset, or at the end of a file opened with APPEND
     * ({@code aio_write}). Refused as {@link #read}, with writing for reading; the buffers may be read-only.
     *
     * @param block described as {@link ControlBlock} says
     * @throws AioException if refused
     * @throws IllegalStateException if the block's lease was released
     */
    void write(ControlBlock block) throws AioException;

    /**
     * Starts a sync of the block's file that covers every request started on it earlier ({@code aio_fsync}). Only
     * file and sigevent of the block are looked at.
     *
     * @param mode how much to bring to storage
     * @param block described as {@link ControlBlock} says
     * @throws AioException EBADF if the file is closed or not open for writing, else as {@link #read}
     */
    void sync(SyncMode mode, ControlBlock block) throws AioException;

    /**
     * Returns the status of the block's last request ({@code aio_error}).
     *
     * @param block started before
     * @return {@link Errno#EINPROGRESS}, {@link Errno#SUCCESS}, {@link Errno#ECANCELED} or the error it failed with
     * @throws AioException EINVAL if the block was never started, or its result was collected
     */
    Errno error(ControlBlock block) throws AioException;

    /**
     * Returns the status as {@link #error}, as the platform's number: useful beside {@link Errno#UNKNOWN}.
     *
     * @param block started before
     * @return 0 for success; also 0 for an error whose number is not known
     * @throws AioException as {@link #error}
     */
    int errorNumber(ControlBlock block) throws AioException;

    /**
     * Collects the result of the block's last request, once ({@code aio_return}). After it the block may be started
     * again. Of concurrent callers one gets it.
     *
     * @param block started before
     * @return bytes transferred, 0 for a sync, -1 if the request failed or was canceled
     * @throws AioException EINPROGRESS if it is not done; EINVAL if never started, or collected before
     */
    long result(ControlBlock block) throws AioException;

    /**
     * Tries to cancel the block's last request ({@code aio_cancel}).
     *
     * @param block started before
     * @return the answer, which agrees with the request's status
     * @throws AioException EINVAL if the block was never started; EBADF if its file is closed
     */
    CancelResult cancel(ControlBlock block) throws AioException;

    /**
     * Tries to cancel every pending request of a file ({@code aio_cancel} without a block). Numbers are told by
     * {@link AsyncFile#cancelAll()}.
     *
     * @param file of this instance
     * @return CANCELED if all were, NOT_CANCELED if one runs, ALL_DONE if there was none
     * @throws AioException EBADF if the file is closed
     */
    CancelResult cancel(AsyncFile file) throws AioException;

    /**
     * Waits until at least one of the blocks is done ({@code aio_suspend} without a timeout). The waiting thread may itself
     * carry out one of the requests, or a write that one of them waits for.
     *
     * @param blocks started before; {@code null} entries are ignored, duplicates allowed; there is no limit to their
     *     number
     * @throws AioException EINTR if the thread is interrupted (its flag stays set; no request is affected); EINVAL if
     *     there is no block at all, or one that was never started
     */
    void suspend(@Nullable ControlBlock... blocks) throws AioException;

    /**
     * Waits until at least one of the blocks is done, for some time ({@code aio_suspend}).
     *
     * @param blocks as {@link #suspend(ControlBlock[])}; one collected meanwhile counts as done
     * @param timeout zero or negative polls; larger than a {@code long} of nanoseconds waits without limit. It may end as
     *     late as a request takes that the thread carries out
     * @return false if none was done in time, where C answers EAGAIN
     * @throws AioException as {@link #suspend(ControlBlock[])}
     */
    boolean suspend(@Nullable ControlBlock[] blocks, Duration timeout) throws AioException;

    /**
     * Starts what the blocks' opcodes say, all in one call ({@code lio_listio}). Either limits allow all of them or
     * none is started.
     *
     * <p>An entry that is refused by itself (such as a closed file) has the status of a failed request; the others
     * run, and the call answers EIO. {@code null} entries and NOPs are passed over.
     *
     * @param mode whether to wait until all are done
     * @param blocks what to start; the array is looked at once, and the caller's again when this returns
     * @param event told once after every started entry is done and told, also if there was none; ignored by WAIT; not
     *     a queue
     * @throws AioException nothing was started: EINVAL above {@link Limits#maxListEntries()} or for an event that
     *     cannot be; EAGAIN if a limit would be passed; EBUSY if a block is busy or occurs twice. Some were started:
     *     EIO if an entry was refused, or by WAIT if one failed; EINTR if WAIT was interrupted, the requests go on
     */
    void list(ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event) throws AioException;

    /**
     * Finds engine and providers by {@link ServiceLoader} and starts them with their default configuration.
     *
     * @return the instance, to be closed by the caller
     * @throws IllegalStateException if there is no engine on the class or module path
     */
    static Standalone load() {
        return load(Map.of());
    }

    /**
     * Finds engine and providers by {@link ServiceLoader} and starts them.
     *
     * @param configuration the attributes of an instance, which the README lists under Configuration, with their defaults
     * @return the instance, to be closed by the caller
     * @throws IllegalStateException if there is no engine on the class or module path
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds
     */
    static Standalone load(Map<String, ?> configuration) {
        return ServiceLoader.load(AioEngine.class, AsyncIo.class.getClassLoader())
                .findFirst()
                .or(() -> ServiceLoader.load(AioEngine.class).findFirst())
                .orElseThrow(() -> new IllegalStateException(
                        "no Penstock engine found: put dev.penstock.aio.engine on the class or module path"))
                .start(configuration);
    }
}
