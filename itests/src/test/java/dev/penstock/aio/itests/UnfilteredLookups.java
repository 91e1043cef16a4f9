package dev.penstock.aio.itests;

import dev.penstock.aio.AsyncIo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** Looks the service up without a filter whenever it comes, changes or goes, as a bundle would that is told of it. */
final class UnfilteredLookups implements ServiceListener, AutoCloseable {
    /** Where there was no instance. */
    static final String NONE = "none";

    private final BundleContext context;
    /** Guarded by itself. */
    private final List<String> found = new ArrayList<>();

    UnfilteredLookups(BundleContext context) throws InvalidSyntaxException {
        this.context = context;
        context.addServiceListener(this, "(" + Constants.OBJECTCLASS + "=" + AsyncIo.class.getName() + ")");
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        String name = now(event.getType() == ServiceEvent.UNREGISTERING ? event.getServiceReference() : null);
        synchronized (found) {
            found.add(name);
        }
    }

    /** Returns the name of the best instance but one that goes, as a dynamic reference looks for a replacement. */
    private String now(ServiceReference<?> going) {
        try {
            return context.getServiceReferences(AsyncIo.class, null).stream()
                    .filter(reference -> !reference.equals(going))
                    .max(Comparator.naturalOrder())
                    .map(reference -> String.valueOf(reference.getProperty(AsyncIo.INSTANCE)))
                    .orElse(NONE);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the names of the instances that were found, in turn. */
    List<String> found() {
        synchronized (found) {
            return List.copyOf(found);
        }
    }

    @Override
    public void close() {
        context.removeServiceListener(this);
    }
}
