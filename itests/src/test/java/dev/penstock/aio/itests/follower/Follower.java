package dev.penstock.aio.itests.follower;

import dev.penstock.aio.AsyncIo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Has an unfiltered, dynamic reference, and tells the names of the instances that it was bound to, in turn. */
@Component(service = Supplier.class, immediate = true)
public final class Follower implements Supplier<List<String>> {
    private final List<String> names = new CopyOnWriteArrayList<>();

    /** For Declarative Services. */
    public Follower() {}

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bind(AsyncIo io) {
        names.add(io.name());
    }

    void unbind(AsyncIo io) {
        // What was bound is what matters.
    }

    @Override
    public List<String> get() {
        return names;
    }
}
