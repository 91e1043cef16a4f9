package dev.penstock.aio.itests;

import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** What Declarative Services says of the components of a bundle. */
record Components(ServiceComponentRuntime runtime, Bundle bundle) {
    /** Returns why the configurations of a component failed to activate; empty texts for those that did not. */
    List<String> failures(String component) {
        return configurations(component).stream()
                .map(configuration -> configuration.failure == null ? "" : configuration.failure)
                .toList();
    }

    /** Returns whether some configuration of a component failed to activate, and said this. */
    boolean hasFailed(String component, String saying) {
        return configurations(component).stream()
                .anyMatch(configuration -> configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                        && configuration.failure.contains(saying));
    }

    private List<ComponentConfigurationDTO> configurations(String component) {
        return List.copyOf(
                runtime.getComponentConfigurationDTOs(runtime.getComponentDescriptionDTO(bundle, component)));
    }
}
