package dev.penstock.aio.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The assertions of other implementations' suites (ids of {@code peer-assertions.tsv}) that a test restates. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Asserts {
    /** Returns the ids, one or more. */
    String[] value();
}
