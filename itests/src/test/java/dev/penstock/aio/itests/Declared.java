package dev.penstock.aio.itests;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** What a bundle says that it needs and gives. */
record Declared(Bundle bundle) {
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]*)\\)");

    List<BundleRequirement> requirements(String namespace) {
        return bundle.adapt(BundleRevision.class).getDeclaredRequirements(namespace);
    }

    /** Returns the packages that the bundle imports, with a question mark behind the optional ones. */
    Set<String> imports() {
        Set<String> imports = new TreeSet<>();
        for (BundleRequirement requirement : requirements(PackageNamespace.PACKAGE_NAMESPACE)) {
            Matcher matcher = PACKAGE.matcher(requirement.getDirectives().get("filter"));
            if (!matcher.find()) {
                throw new AssertionError("not an import: " + requirement);
            }
            imports.add(matcher.group(1)
                    + ("optional".equals(requirement.getDirectives().get("resolution")) ? "?" : ""));
        }
        return imports;
    }

    /** Returns the packages that the bundle exports, with their versions. */
    Set<String> exports() {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(capability -> capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) + " "
                        + capability.getAttributes().get("version"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns whether a resolver is told of a service. */
    boolean provides(Class<?> service) {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities("osgi.service").stream()
                .anyMatch(capability -> List.of(service.getName())
                        .equals(capability.getAttributes().get("objectClass")));
    }
}
