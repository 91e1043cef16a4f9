package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.FlatRun;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.JupiterRun;
import dev.penstock.aio.tck.Tck;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.MetaTypeService;

/** The whole TCK, with engine and provider that the framework runs. */
@InContainer
class TckIT extends ContainerTest {
    private ContainedFactory factory() {
        return new ContainedFactory(
                context,
                service(ConfigurationAdmin.class),
                new Components(service(ServiceComponentRuntime.class), bundle(ENGINE)),
                new Metatype(service(MetaTypeService.class))
                        .attributes(bundle(ENGINE), NAMED_INSTANCES)
                        .keySet(),
                nio());
    }

    @Test
    @Timeout(600)
    void everyTestOfTheTckSucceedsInside() {
        service(AsyncIo.class);
        List<Class<?>> classes = Tck.classes();
        assertFalse(classes.isEmpty());
        assertEquals(
                "dev.penstock.aio.tck", FrameworkUtil.getBundle(classes.get(0)).getSymbolicName());
        Tck.use(factory());

        JupiterRun run = JupiterRun.of(classes);

        System.out.println("TCK inside the framework: " + run);
        run.failed().forEach(System.out::println);
        assertEquals(List.of(), run.failed());
        assertEquals(classes.size(), run.tests().size(), "classes with tests");
        FlatRun flat = FlatRun.of(Tck.class.getPackageName());
        if (flat.isMissing()) {
            System.out.println("not compared with the flat run: it did not run in this build");
            assertEquals(Map.of(), run.notRun());
        } else {
            assertEquals(flat.tests(), run.tests());
            assertEquals(flat.notRun(), run.notRun().keySet());
        }
    }
}
