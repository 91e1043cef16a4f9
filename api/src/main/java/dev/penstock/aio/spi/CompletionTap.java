package dev.penstock.aio.spi;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where completions leave the engine: implemented by the notification service. An instance has none or one; in a container
 * it is found as a service, in plain Java by {@link TappedInstance}.
 *
 * <p>Whoever registers such a service sees the paths of all bundles; in a container with permissions, the right to register
 * it is one to give with care. The one with the highest ranking is bound, in place of any other.
 *
 * <p>Its methods are called on the way of a request, by any thread. They must be quick, must not block, run no code of
 * users and throw nothing; what they throw is logged and harms nobody.
 */
@ConsumerType
public interface CompletionTap {
    /**
     * A file is open, or the tap came while it was. Called once for each file, under no lock of the engine that a request
     * takes.
     *
     * @param file which
     * @return what takes the file's completions, until the file closes or the tap goes
     */
    FileTap opened(TappedFile file);

    /**
     * Another provider has become the one that new files are opened with, or open files moved, or should have.
     *
     * @param what happened
     */
    void switched(ProviderSwitch what);
}
