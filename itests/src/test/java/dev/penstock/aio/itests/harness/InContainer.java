package dev.penstock.aio.itests.harness;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the methods of a class of tests inside a framework of its own, the one that is on the class path. The bundles
 * under test and those around them are installed and started before the first method.
 *
 * <p>JUnit finds the class outside; inside there is a twin of each of its instances, whose class the test bundle
 * loads. So what a method sees of the bundles under test are the bundles' own classes. Static state and nested
 * classes with tests are not carried over; fields with {@link org.junit.jupiter.api.io.TempDir} are.
 */
@Documented
@Inherited
@ExtendWith(ContainerExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface InContainer {
    /** Symbolic names of bundles that are there beside those that always are. */
    String[] with() default {};

    /** Symbolic names of bundles that are not there, though they are everywhere else. */
    String[] without() default {};
}
