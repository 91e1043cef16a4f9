package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.TappedFile;

/**
 * Who registers.
 *
 * @param listener to be told
 * @param name for operators
 * @param bundle its bundle, for operators; empty in plain Java
 * @param sees whose files it may see: the id of a bundle, {@link TappedFile#PROGRAM}, or {@link #EVERYBODY}
 * @param lifetime with which its registration ends, if it was not closed before
 */
public record Subscriber(CompletionListener listener, String name, String bundle, long sees, Lifetime lifetime) {
    /** Sees the files of everybody. */
    public static final long EVERYBODY = Group.Key.ALL;

    /** One whose registration lasts until it is closed. */
    public Subscriber(CompletionListener listener, String name, String bundle, long sees) {
        this(listener, name, bundle, sees, new Lifetime());
    }

    /** In plain Java: there is one program. */
    static Subscriber ofProgram(CompletionListener listener) {
        return new Subscriber(listener, listener.getClass().getName(), "", TappedFile.PROGRAM);
    }
}
