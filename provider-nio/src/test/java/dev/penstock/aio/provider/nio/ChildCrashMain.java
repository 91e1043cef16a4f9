package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.provider.CrashChild;
import java.nio.file.Path;

/** With this provider. */
final class ChildCrashMain extends CrashChild {
    private ChildCrashMain(Path folder) {
        super(folder);
    }

    public static void main(String[] arguments) throws Exception {
        new ChildCrashMain(Path.of(arguments[1])).run(arguments[0]);
    }
}
