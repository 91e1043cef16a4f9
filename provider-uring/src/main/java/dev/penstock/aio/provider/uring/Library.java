package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Finds the functions of the C library, and makes handles. Those that capture errno do so with the call, into memory that the
 * caller brings: shared memory would be a race. And in each call the JDK makes an object of that memory, which the compiler
 * dissolves only where it compiles the call together with its caller; so what nearly every request takes is called without,
 * if it can be made again to learn why it failed.
 */
@SuppressWarnings("restricted") // all restricted calls of the module are in this class
final class Library {
    private static final String NAME = "libc.so.6";

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = SymbolLookup.libraryLookup(NAME, Arena.global());
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final long ERRNO = Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private Library() {}

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

    /** The same with a variable argument, from an index on. */
    static MethodHandle plain(String name, FunctionDescriptor prototype, int firstVariadic) {
        return LINKER.downcallHandle(find(name), prototype, Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment find(String name) {
        return LOOKUP.find(name).orElseThrow(() -> new UnsatisfiedLinkError("no function " + name + " in " + NAME));
    }

    /** Makes memory for the errno of calls of one thread at a time. */
    static MemorySegment errnoMemory(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /** What a call that failed has left there. */
    static int errno(MemorySegment memory) {
        return memory.get(JAVA_INT, ERRNO);
    }

    /** Memory that was mapped; from the close of the arena on it cannot be reached, and the mapping goes. */
    static MemorySegment mapped(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, memory -> LibC.munmap(memory, bytes));
    }

    /** A handle of a C function throws nothing. */
    static AssertionError impossible(Throwable thrown) {
        return new AssertionError(thrown);
    }
}
