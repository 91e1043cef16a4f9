package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What a console is told of the configurations of bundles. */
record Metatype(MetaTypeService service) {
    /** Returns the attributes of a configuration by their names. */
    Map<String, AttributeDefinition> attributes(Bundle bundle, String pid) {
        ObjectClassDefinition definition =
                service.getMetaTypeInformation(bundle).getObjectClassDefinition(pid, null);
        Map<String, AttributeDefinition> attributes = new TreeMap<>();
        for (AttributeDefinition attribute : definition.getAttributeDefinitions(ObjectClassDefinition.ALL)) {
            attributes.put(attribute.getID(), attribute);
        }
        return attributes;
    }

    static boolean isNumber(AttributeDefinition attribute) {
        return attribute.getType() == AttributeDefinition.INTEGER || attribute.getType() == AttributeDefinition.LONG;
    }

    /** Asserts that an attribute has name, description and default, and if it is a number, bounds. */
    static void assertDescribed(AttributeDefinition attribute) {
        String id = attribute.getID();
        assertFalse(attribute.getName().isBlank(), id);
        assertFalse(attribute.getDescription().isBlank(), id);
        if (attribute.getCardinality() == 0) {
            assertEquals(1, attribute.getDefaultValue().length, id);
        }
        if (isNumber(attribute)) {
            assertTrue(isValid(attribute, attribute.getDefaultValue()[0]), id);
            assertFalse(isValid(attribute, "-1"), id);
        }
    }

    private static boolean isValid(AttributeDefinition attribute, String value) {
        return Arrays.asList("", null).contains(attribute.validate(value));
    }
}
