package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every assertion of other implementations' suites is restated by a test, or left out with a reason. The tables lie
 * beside this class: {@code peer-assertions.tsv} with all ids and whether they apply to an API over regular files
 * (direct, adapted, n.a.), {@code left-out.tsv} with the ids that no test carries, and why, and {@code deviations.tsv}
 * with the ids whose tests show something else than the other implementation does, on purpose, and why.
 */
class AssertionCoverageTest {
    private final Map<String, String> applicability = table("peer-assertions.tsv");
    private final Map<String, String> leftOut = table("left-out.tsv");
    private final Map<String, String> deviations = table("deviations.tsv");
    private final Set<String> carried = carried();

    private static Map<String, String> table(String name) {
        Map<String, String> table = new TreeMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(AssertionCoverageTest.class.getResourceAsStream(name), name),
                StandardCharsets.UTF_8))) {
            for (String line : reader.lines().skip(1).toList()) {
                String[] columns = line.split("\t", -1);
                assertEquals(2, columns.length, () -> name + ": " + line);
                assertEquals(null, table.put(columns[0], columns[1]), () -> name + " twice: " + columns[0]);
            }
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
        return table;
    }

    private static Set<String> carried() {
        Set<String> ids = new TreeSet<>();
        for (Class<?> tests : Tck.classes()) {
            for (Method method : tests.getDeclaredMethods()) {
                Asserts asserts = method.getAnnotation(Asserts.class);
                if (asserts != null) {
                    ids.addAll(List.of(asserts.value()));
                }
            }
        }
        return ids;
    }

    private static Set<String> those(Collection<String> ids, Predicate<String> which) {
        return ids.stream().filter(which).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyDirectAssertionIsCarriedByATest() {
        assertEquals(
                Set.of(),
                those(applicability.keySet(), id -> applicability.get(id).equals("direct") && !carried.contains(id)));
    }

    @Test
    void everyAssertionIsCarriedByATestOrLeftOutWithAReason() {
        assertEquals(Set.of(), those(applicability.keySet(), id -> !carried.contains(id) && !leftOut.containsKey(id)));
        assertEquals(Set.of(), those(leftOut.keySet(), id -> leftOut.get(id).isBlank()));
        assertEquals(
                Set.of(), those(deviations.keySet(), id -> deviations.get(id).isBlank()));
    }

    @Test
    void noAssertionIsBothCarriedAndLeftOut() {
        assertEquals(Set.of(), those(carried, leftOut::containsKey));
        assertEquals(Set.of(), those(deviations.keySet(), id -> !carried.contains(id)));
    }

    @Test
    void everyIdNamedAnywhereIsKnown() {
        assertEquals(Set.of(), those(carried, id -> !applicability.containsKey(id)));
        assertEquals(Set.of(), those(leftOut.keySet(), id -> !applicability.containsKey(id)));
        assertEquals(296, applicability.size());
    }

    @Test
    void onlyTestMethodsCarryAssertions() {
        Set<String> others = new TreeSet<>();
        for (Class<?> tests : Tck.classes()) {
            for (Method method : tests.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Asserts.class)
                        && !method.isAnnotationPresent(Test.class)
                        && !method.isAnnotationPresent(ParameterizedTest.class)) {
                    others.add(tests.getSimpleName() + "." + method.getName());
                }
            }
        }

        assertEquals(Set.of(), others);
    }
}
