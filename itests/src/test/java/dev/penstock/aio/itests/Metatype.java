package dev.penstock.aio.itests;

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
}
