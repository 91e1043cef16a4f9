package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Takes a file over to which nobody has permission any more. It needs no test library, and prints what it found. */
final class TakeOverMain {
    private TakeOverMain() {}

    public static void main(String[] arguments) throws Exception {
        TestSpec spec = new TestSpec(Path.of(arguments[0]), READ, WRITE, CREATE);
        try (DrivenBackend nio = DrivenBackend.of("nio");
                DrivenBackend posix = DrivenBackend.of("native")) {
            BackendFile file = nio.open(spec);
            nio.write(file, 0, 'a');
            Files.setPosixFilePermissions(spec.path(), PosixFilePermissions.fromString("---------"));
            TestSpec same = new TestSpec(spec.path(), READ, WRITE);
            print("native", posix, same, file);
            print("nio", nio, same, file);
            print("inAnotherMode", posix, new TestSpec(spec.path(), READ), file);
            file.close();
        }
    }

    private static void print(String name, DrivenBackend backend, TestSpec spec, BackendFile old) {
        String outcome;
        try {
            BackendFile file = backend.takeOver(spec, old.descriptor());
            outcome = backend.read(file, 0);
            file.close();
        } catch (AioException e) {
            outcome = e.errno() + "(" + e.errorNumber() + ")";
        }
        System.out.println(name + "=" + outcome);
    }
}
