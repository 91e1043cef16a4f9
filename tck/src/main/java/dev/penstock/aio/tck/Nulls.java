package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** The refusal of {@code null} arguments. */
final class Nulls {
    private Nulls() {}

    /** Asserts that a call is refused because of a {@code null}, and says which argument it was. */
    static void refused(String name, Executable call) {
        NullPointerException refusal = assertThrows(NullPointerException.class, call);
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(name), () -> "expected the name " + name + " in: " + message);
    }
}
