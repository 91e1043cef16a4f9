package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.fanout.Subscriber;
import java.util.Set;
import org.osgi.framework.Bundle;

/**
 * Whose files a bundle may see: its own, or those of all.
 *
 * @param trusted symbolic names of the bundles that may see those of all
 */
record Trust(Set<String> trusted) {
    long sees(Bundle bundle) {
        String symbolicName = bundle.getSymbolicName();
        return symbolicName != null && trusted.contains(symbolicName) ? Subscriber.EVERYBODY : bundle.getBundleId();
    }

    /** Returns a bundle's name for operators. */
    static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " [" + bundle.getBundleId() + "]";
    }
}
