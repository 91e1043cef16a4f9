package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two providers of one disk, between which files move: the usual one, and a {@link #better}. */
abstract class SwapTest extends EngineTest {
    final ScriptedProvider better = new ScriptedProvider("better");

    @TempDir
    Path folder;

    private int files;

    @BeforeEach
    void shareADisk() {
        provider.disk = new ScriptedDisk();
        better.disk = provider.disk;
    }

    @AfterEach
    void letTheBetterGo() {
        better.script(new Script());
        better.release();
        bare().stop();
        assertThat(better.violations()).isEmpty();
    }

    final Path aPath() {
        return folder.resolve("file" + ++files);
    }

    final AsyncFile openFile(OpenOption... more) throws AioException {
        Set<OpenOption> options = new HashSet<>(Set.of(more));
        options.add(StandardOpenOption.READ);
        options.add(StandardOpenOption.CREATE);
        if (!options.contains(StandardOpenOption.APPEND)) {
            options.add(StandardOpenOption.WRITE);
        }
        return io().open(aPath(), options);
    }

    final void betterComes() {
        instance().add(better, 10);
    }

    final FutureTask<Void> leaves(ScriptedProvider leaving) {
        return background(() -> {
            instance().remove(leaving);
            return null;
        });
    }

    static String at(AsyncFile file) {
        return ((OpenFile) file).backend().name();
    }

    static void awaitAt(AsyncFile file, String name) {
        await("it is at " + name, () -> at(file).equals(name) && ((OpenFile) file).move() == null);
    }

    static FileHome home(AsyncFile file) {
        return ((OpenFile) file).home();
    }

    static void awaitHolding(AsyncFile file) {
        await("its transfers are held", () -> home(file).isHolding());
    }

    final ControlBlock write(AsyncFile file, String text, long offset) throws AioException {
        ControlBlock block = io().controlBlock().file(file).buffer(bytes(text)).offset(offset);
        io().write(block);
        return block;
    }

    static ByteBuffer bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** What is in the file, as the backend sees it where it is now. */
    static String content(AsyncFile file) {
        ScriptedFile at = (ScriptedFile) ((OpenFile) file).backendFile();
        return new String(at.content(), StandardCharsets.US_ASCII);
    }
}
