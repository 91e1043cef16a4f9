package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.provider.nio.NioProvider;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real file is that moves between nio and this provider. */
@Timeout(120)
class MovedFileTest {
    @TempDir
    Path folder;

    private static void write(AsyncFile file, char letter) throws Exception {
        file.writeFully(ByteBuffer.wrap(new byte[] {(byte) letter}), 0).await(Bounded.LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"nio,native", "native,nio"})
    void aFileThatWasRenamedRemovedOrReplacedIsTheSameAfterwards(String first, String second) throws Exception {
        for (String what : new String[] {"renamed", "removed", "replaced"}) {
            Path path = folder.resolve(what);
            try (Moving moving = new Moving()) {
                moving.better(first);
                AsyncFile file = moving.io.open(path, READ, WRITE, CREATE);
                write(file, 'm');
                Path elsewhere = folder.resolve(what + " elsewhere");
                Files.move(path, elsewhere);
                if (what.equals("removed")) {
                    Files.delete(elsewhere);
                } else if (what.equals("replaced")) {
                    Files.writeString(path, "x");
                }

                moving.better(second);
                Bounded.await("it has moved", () -> moving.provider().equals(second));

                assertThat(Moving.read(file)).isEqualTo("m");
                write(file, 'n');
                assertThat(Moving.read(file)).isEqualTo("n");
                if (what.equals("replaced")) {
                    assertThat(Files.readString(path)).isEqualTo("x");
                }
            }
        }
    }

    @Test
    void aDirectFileMovesOnlyToWhereItsAlignmentIsEnough() throws Exception {
        try (Moving moving = new Moving()) {
            moving.better("nio");
            AsyncFile wide = moving.io.open(folder.resolve("wide"), READ, WRITE, CREATE, FileOption.DIRECT);
            int ofNio = wide.alignmentBytes();
            moving.better("native");
            Bounded.await("it has moved", () -> moving.provider().equals("native"));
            assertThat(wide.alignmentBytes()).isEqualTo(ofNio);
            wide.close();

            AsyncFile narrow = moving.io.open(folder.resolve("narrow"), READ, WRITE, CREATE, FileOption.DIRECT);
            int ofNative = narrow.alignmentBytes();
            moving.instance.rank(moving.nio, 100);

            if (ofNative % ofNio == 0) {
                Bounded.await("it has moved", () -> moving.provider().equals("nio"));
            } else {
                Bounded.await("it stays", () -> moving.stays().contains("multiples of " + ofNio));
                assertThat(moving.provider()).isEqualTo("native");
            }
        }
    }

    @Test
    void withoutPermissionItMovesByADuplicateAndCannotBeOpenedOnceMore() throws Exception {
        ChildJvm child = Children.granted(ChildJvm.asNobody(folder)).with(NioProvider.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        String output = child.run(ForbiddenMain.class, folder.resolve("mine").toString());

        assertThat(output).contains("native=a").contains("stays=native a").contains("gone=ESTALE");
    }
}
