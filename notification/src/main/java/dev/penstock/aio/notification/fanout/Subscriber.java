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
 */
public record Subscriber(CompletionListener listener, String name, String bundle, long sees) {
    /** Sees the files of everybody. */
    public static final long EVERYBODY = Group.Key.ALL;

    /** In plain Java: there is one program. */
    static Subscriber ofProgram(CompletionListener listener) {
        return new Subscriber(listener, listener.getClass().getName(), "", TappedFile.PROGRAM);
    }
}
