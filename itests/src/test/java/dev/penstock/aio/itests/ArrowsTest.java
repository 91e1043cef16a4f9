package dev.penstock.aio.itests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may know whom: the arrows between the modules. It stands here because only here all bundles are on one class
 * path, as they are shipped.
 */
class ArrowsTest {
    private static final String API = "dev.penstock.aio";
    private static final String NOTIFICATION_API = "dev.penstock.aio.notification";
    private static final String SPI = "dev.penstock.aio.spi";
    private static final String ENGINE = "dev.penstock.aio.engine..";
    private static final String ENGINE_OSGI = "dev.penstock.aio.engine.osgi..";
    private static final String PROVIDERS = "dev.penstock.aio.provider..";
    private static final String FAN_OUT = "dev.penstock.aio.notification.fanout..";
    private static final String NOTIFICATION_OSGI = "dev.penstock.aio.notification.osgi..";
    private static final String TCK = "dev.penstock.aio.tck..";
    /** May know everything: tests, benchmarks, and what is put together of the parts. */
    private static final String[] ABOVE_ALL = {
        "dev.penstock.aio.itests..", "dev.penstock.aio.benchmarks..", "dev.penstock.aio.distribution.."
    };

    private static final DescribedPredicate<JavaClass> JAVA = resideInAPackage("java..");
    /** Annotations, for the compiler and bnd. */
    private static final DescribedPredicate<JavaClass> ANNOTATIONS =
            resideInAnyPackage("org.jspecify.annotations", "org.osgi.annotation..");

    private static final DescribedPredicate<JavaClass> API_CLASSES = resideInAnyPackage(API, NOTIFICATION_API, SPI);

    private static JavaClasses all;

    @BeforeAll
    static void importWhatIsShipped() {
        all = new ClassFileImporter().importPackages("dev.penstock.aio");
    }

    private static void check(ArchRule rule) {
        rule.check(all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.penstock.aio.AsyncIo",
                "dev.penstock.aio.spi.Lane",
                "dev.penstock.aio.engine.Boot",
                "dev.penstock.aio.engine.osgi.DefaultInstance",
                "dev.penstock.aio.provider.nio.NioProvider",
                "dev.penstock.aio.provider.posix.PosixProvider",
                "dev.penstock.aio.provider.uring.UringProvider",
                "dev.penstock.aio.notification.Completion",
                "dev.penstock.aio.notification.fanout.FanOut",
                "dev.penstock.aio.notification.osgi.NotificationService",
                "dev.penstock.aio.tck.TckTest"
            })
    void everyModuleIsLookedAt(String name) {
        assertTrue(all.contain(name));
    }

    @Test
    void theApiKnowsNobodyButJava() {
        check(classes()
                .that(API_CLASSES)
                .should()
                .onlyDependOnClassesThat(API_CLASSES.or(JAVA).or(ANNOTATIONS)));
    }

    @Test
    void theEngineKnowsTheApiOnly() {
        check(classes()
                .that()
                .resideInAPackage(ENGINE)
                .and()
                .resideOutsideOfPackage(ENGINE_OSGI)
                .should()
                .onlyDependOnClassesThat(resideInAPackage("dev.penstock.aio.engine")
                        .or(API_CLASSES)
                        .or(JAVA)
                        .or(ANNOTATIONS)));
    }

    @Test
    void onlyOneCornerOfTheEngineKnowsOsgi() {
        check(classes()
                .that()
                .resideInAPackage(ENGINE_OSGI)
                .should()
                .onlyDependOnClassesThat(resideInAPackage(ENGINE)
                        .or(API_CLASSES)
                        .or(JAVA)
                        .or(ANNOTATIONS)
                        .or(resideInAPackage("org.osgi.."))));
    }

    @Test
    void nobodyKnowsTheEngineButWhoStandsAboveAll() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ENGINE, ABOVE_ALL[0], ABOVE_ALL[1], ABOVE_ALL[2])
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENGINE));
    }

    @Test
    void nobodyKnowsAProviderButWhoStandsAboveAll() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(PROVIDERS, ABOVE_ALL[0], ABOVE_ALL[1], ABOVE_ALL[2])
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROVIDERS));
    }

    @Test
    void aProviderKnowsTheSpiAndNoOtherProvider() {
        for (String provider : new String[] {"nio", "posix", "uring"}) {
            String own = "dev.penstock.aio.provider." + provider + "..";
            check(classes()
                    .that()
                    .resideInAPackage(own)
                    .should()
                    .onlyDependOnClassesThat(resideInAPackage(own)
                            .or(API_CLASSES)
                            .or(JAVA)
                            .or(ANNOTATIONS)
                            .or(resideInAPackage("org.osgi.service.."))));
        }
    }

    @Test
    void theNotificationServiceKnowsTheApiOnly() {
        check(classes()
                .that()
                .resideInAPackage(FAN_OUT)
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage(FAN_OUT).or(API_CLASSES).or(JAVA).or(ANNOTATIONS)));
    }

    @Test
    void onlyOneCornerOfTheNotificationServiceKnowsOsgiAndTheShell() {
        check(classes()
                .that()
                .resideInAPackage(NOTIFICATION_OSGI)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(FAN_OUT, NOTIFICATION_OSGI)
                        .or(API_CLASSES)
                        .or(JAVA)
                        .or(ANNOTATIONS)
                        .or(resideInAnyPackage("org.osgi..", "org.apache.felix.service.command"))));
    }

    /** So that each is left out where it is not there, and the rest works. */
    @Test
    void onlyTheBridgeKnowsEventAdminAndOnlyWatchKnowsTheShell() {
        check(noClasses()
                .that()
                .resideInAPackage(NOTIFICATION_OSGI)
                .and()
                .doNotHaveSimpleName("EventAdminBridge")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.osgi.service.event"));
        check(noClasses()
                .that()
                .resideInAPackage(NOTIFICATION_OSGI)
                .and()
                .doNotHaveSimpleName("WatchCommand")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.felix.service.command"));
    }

    @Test
    void nobodyKnowsTheNotificationServiceButWhoStandsAboveAll() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(FAN_OUT, NOTIFICATION_OSGI, ABOVE_ALL[0], ABOVE_ALL[1], ABOVE_ALL[2])
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FAN_OUT, NOTIFICATION_OSGI));
    }

    @Test
    void theTckKnowsTheApiAndJunitOnly() {
        check(classes()
                .that()
                .resideInAPackage(TCK)
                .should()
                .onlyDependOnClassesThat(resideInAPackage(TCK)
                        .or(API_CLASSES)
                        .or(JAVA)
                        .or(ANNOTATIONS)
                        // The JDK's, which knows what a thread has allocated.
                        .or(resideInAPackage("com.sun.management"))
                        .or(resideInAnyPackage("org.junit..", "org.opentest4j.."))));
    }

    @Test
    void foreignMemoryIsTheBusinessOfTheNativeProviders() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.penstock.aio.provider.posix..", "dev.penstock.aio.provider.uring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign.."));
    }
}
