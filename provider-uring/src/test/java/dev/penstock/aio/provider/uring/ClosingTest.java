package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Request;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A request keeps its file: what is closed behind it, and what gets the number next, is none of its business. */
class ClosingTest extends UringTest {
    private static final int THREADS = 4;
    private static final int FILES = 100;
    private static final int WRITES = 6;
    private static final int BYTES = 700;

    @Test
    void filesClosedInAStormWithRequestsJustAcceptedKeepTheirBytes() throws Exception {
        List<FutureTask<Void>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(background(() -> {
                storm(thread);
                return null;
            }));
        }
        for (FutureTask<Void> each : all) {
            Bounded.get(each);
        }

        for (int t = 0; t < THREADS; t++) {
            for (int i = 0; i < FILES; i++) {
                Pattern.checkFile(path(t + "-" + i), t * FILES + i, WRITES * BYTES);
            }
        }
    }

    private void storm(int thread) throws Exception {
        Random random = new Random(thread);
        List<Request<Void>> closes = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            AsyncFile file = newFile(thread + "-" + i);
            for (int w = 0; w < WRITES; w++) {
                int offset = w * BYTES;
                file.write(Pattern.direct(BYTES, thread * FILES + i, offset), offset);
            }
            if (random.nextBoolean()) {
                file.close();
            } else {
                closes.add(file.closeAsync());
            }
        }
        for (Request<Void> close : closes) {
            close.await(Bounded.LIMIT);
        }
    }
}
