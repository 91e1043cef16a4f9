package dev.penstock.aio.provider.nio;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Hold;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** A program that leaves a request running and ends, without closing anything. */
final class ExitMain {
    private ExitMain() {}

    public static void main(String[] arguments) throws Exception {
        FaultingProvider provider = new FaultingProvider(new NioProvider());
        AioEngine engine = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow();
        // Who waited at the end for what is in flight would wait longer than the test does.
        AsyncIo io = engine.start(Map.of("close.timeout.ms", 600_000), List.of(provider));
        AsyncFile file = io.open(Path.of(arguments[1]), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        Hold hold = provider.faults().hold(transfer -> true);
        ControlBlock block = io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(8));
        io.write(block.sigEvent(SigEvent.call(notification -> System.out.println("told"))));
        file.write(ByteBuffer.allocateDirect(8), 8).thenRun(() -> System.out.println("told"));
        hold.awaitHeld(2);
        System.out.println("held=" + hold.held());
        if (arguments[0].equals("exit")) {
            System.exit(0);
        }
    }
}
