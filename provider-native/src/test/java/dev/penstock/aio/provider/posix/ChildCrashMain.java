package dev.penstock.aio.provider.posix;

import dev.penstock.aio.tck.provider.CrashChild;
import java.nio.file.Path;

/** With this provider, whose workers are those of glibc. */
final class ChildCrashMain extends CrashChild {
    private ChildCrashMain(Path folder) {
        super(folder);
    }

    public static void main(String[] arguments) throws Exception {
        new ChildCrashMain(Path.of(arguments[1])).run(arguments[0]);
    }

    @Override
    protected Runnable keepBusy() {
        return HeldWorkers.hold()::close;
    }

    @Override
    protected void keepNearlyBusy() {
        HeldWorkers.hold(HeldWorkers.THREADS - 1);
    }
}
