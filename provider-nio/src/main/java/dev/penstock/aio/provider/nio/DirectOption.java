package dev.penstock.aio.provider.nio;

import java.nio.file.OpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's open option DIRECT. It is looked up by name, for it is no part of Java: a framework may not export its
 * package, and a program made of modules may lack its module, jdk.unsupported.
 */
final class DirectOption {
    private DirectOption() {}

    /** Returns the option; {@code null} if there is none here. */
    static @Nullable OpenOption find() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            for (Object option : options.getEnumConstants()) {
                if (option.toString().equals("DIRECT") && option instanceof OpenOption direct) {
                    return direct;
                }
            }
            return null;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
