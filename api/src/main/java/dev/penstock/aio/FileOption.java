package dev.penstock.aio;

import java.nio.file.OpenOption;

/** Open options that {@link java.nio.file.StandardOpenOption} lacks. */
public enum FileOption implements OpenOption {
    /**
     * Transfer between storage and the caller's memory without the page cache ({@code O_DIRECT}). Address, length and
     * offset of each request must be multiples of {@link AsyncFile#alignmentBytes()}; leases are aligned enough.
     */
    DIRECT
}
