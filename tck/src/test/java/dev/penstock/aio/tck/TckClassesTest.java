package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The list that a framework's runner goes by names every class of tests that there is. */
class TckClassesTest {
    @Test
    void everyClassWithTestsIsListedOnce() throws Exception {
        List<Class<?>> listed = Tck.classes();

        assertEquals(classesWithTests(), names(listed.stream()));
        assertEquals(listed.size(), Set.copyOf(listed).size());
    }

    private static Set<String> classesWithTests() throws Exception {
        Set<String> found = new TreeSet<>();
        for (Path file : compiled()) {
            String name = file.getFileName().toString();
            if (!name.equals("package-info.class") && !name.contains("$")) {
                Class<?> type =
                        Class.forName(Tck.class.getPackageName() + "." + name.substring(0, name.lastIndexOf('.')));
                if (Arrays.stream(type.getDeclaredMethods()).anyMatch(TckClassesTest::isTest)) {
                    found.add(type.getName());
                }
            }
        }
        return found;
    }

    private static List<Path> compiled() throws Exception {
        URI here = Tck.class.getResource("Tck.class").toURI();
        try (Stream<Path> files = Files.list(Path.of(here).getParent())) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        } catch (IOException e) {
            throw new AssertionError("classes at " + here, e);
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    private static Set<String> names(Stream<Class<?>> types) {
        return types.map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
    }
}
