package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Loops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
        List<String> java = javaNames();
        List<String> chosen = names;
        if (names.isEmpty()) {
            chosen = new ArrayList<>(java);
            if (FioSystem.isInstalled(folder)) {
                chosen.add(FioSystem.NAME);
            }
        }
        return chosen.stream().map(name -> named(name, java)).toList();
    }

    /** {@return the first of our providers, the others, and the JDK} */
    static List<String> javaNames() {
        Set<String> providers = new TreeSet<>(Loops.providerNames());
        List<String> names = new ArrayList<>();
        if (providers.remove(Report.REFERENCE)) {
            names.add(Report.REFERENCE);
        }
        names.addAll(providers);
        names.add(JavaSystem.JDK);
        return names;
    }

    private static IoSystem named(String name, List<String> java) {
        if (name.equals(FioSystem.NAME)) {
            return new FioSystem();
        }
        if (java.contains(name)) {
            return new ForkedSystem(new JavaSystem(name));
        }
        throw new IllegalArgumentException(
                "there is no '" + name + "'; there are " + String.join(", ", java) + ", " + FioSystem.NAME);
    }
}
