package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the functions of glibc, and makes handles. Those that capture errno do so with the call, into memory that the caller
 * brings: shared memory would be a race.
 */
@SuppressWarnings("restricted") // all restricted calls of the module are in this class
final class Library {
    /** glibc has the aio functions in libc since 2.34; before, they were in librt. */
    private static final List<String> NAMES = List.of("libc.so.6", "librt.so.1");

    private static final Linker LINKER = Linker.nativeLinker();
    private static final List<SymbolLookup> LOOKUPS = lookups();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final long ERRNO = Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private Library() {}

    private static List<SymbolLookup> lookups() {
        List<SymbolLookup> lookups = new ArrayList<>();
        for (String name : NAMES) {
            try {
                lookups.add(SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException absent) {
                // Then what is missing is named where it is looked for.
            }
        }
        return lookups;
    }

    /** A function that sets errno; its first argument is memory of {@link #errnoMemory}. */
    static MethodHandle settingErrno(String name, FunctionDescriptor prototype) {
        return LINKER.downcallHandle(find(name), prototype, CAPTURE);
    }

    /** The same with a variable argument, from an index on. */
    static MethodHandle settingErrno(String name, FunctionDescriptor prototype, int firstVariadic) {
        return LINKER.downcallHandle(find(name), prototype, CAPTURE, Linker.Option.firstVariadicArg(firstVariadic));
    }

    static MethodHandle plain(String name, FunctionDescriptor prototype) {
        return LINKER.downcallHandle(find(name), prototype);
    }

    private static MemorySegment find(String name) {
        for (SymbolLookup lookup : LOOKUPS) {
            var found = lookup.find(name);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new UnsatisfiedLinkError("no function " + name + " in any of " + NAMES);
    }

    /** Makes memory for the errno of calls of one thread at a time. */
    static MemorySegment errnoMemory(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /** What a call that failed has left there. */
    static int errno(MemorySegment memory) {
        return memory.get(JAVA_INT, ERRNO);
    }

    /** Returns the version of glibc, or throws if this is another C library. */
    static String version() {
        MethodHandle version = plain("gnu_get_libc_version", FunctionDescriptor.of(ADDRESS));
        try {
            MemorySegment text = (MemorySegment) version.invokeExact();
            return text.reinterpret(64).getString(0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A handle of a C function throws nothing. */
    static AssertionError impossible(Throwable thrown) {
        return new AssertionError(thrown);
    }
}
