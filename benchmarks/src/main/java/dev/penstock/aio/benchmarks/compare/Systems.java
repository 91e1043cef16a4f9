package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Clients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who can be compared. */
final class Systems {
    private Systems() {}

    /**
     * Returns those with these names; without names all there are, with fio if it is installed.
     *
     * @param folder for scratch files
     * @throws IllegalArgumentException if a name is unknown
     */
    static List<IoSystem> named(List<String> names, Path folder) {
        return (names.isEmpty() ? installed(folder) : names)
                .stream().map(Systems::named).toList();
    }

    private static List<String> installed(Path folder) {
        return FioSystem.isInstalled(folder) ? all() : Clients.names();
    }

    private static List<String> all() {
        List<String> all = new ArrayList<>(Clients.names());
        all.addAll(FioEngine.names());
        return all;
    }

    private static IoSystem named(String name) {
        if (Clients.names().contains(name)) {
            return new ForkedSystem(new JavaSystem(name));
        }
        return Stream.of(FioEngine.values())
                .filter(engine -> engine.system().equals(name))
                .findFirst()
                .map(FioSystem::new)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no '" + name + "'; there are " + String.join(", ", all())));
    }
}
