package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.provider.ProviderCrashTest;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Command;
import java.io.IOException;
import java.nio.file.Path;

/** No crash with this provider. */
class CrashTest extends ProviderCrashTest {
    @Override
    protected Command runChild(String what, Path files) throws IOException, InterruptedException {
        return ChildJvm.in(folder)
                .withProvider(NioProvider.class)
                .runToTheEnd(ChildCrashMain.class, what, files.toString());
    }
}
