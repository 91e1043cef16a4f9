package dev.penstock.aio.spi;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Set;

/** The answer of {@link AioProvider#probe()}: available with capabilities, or unavailable with a reason. Immutable. */
public final class Probe {
    private final boolean available;
    private final Set<Capability> capabilities;
    private final String reason;
    private final String remedy;

    private Probe(boolean available, Set<Capability> capabilities, String reason, String remedy) {
        this.available = available;
        this.capabilities = capabilities;
        this.reason = reason;
        this.remedy = remedy;
    }

    /**
     * {@return the answer of a provider that can serve}
     *
     * @param capabilities what it can do beyond the plain operations
     */
    public static Probe available(Set<Capability> capabilities) {
        Set<Capability> copy = EnumSet.noneOf(Capability.class);
        copy.addAll(capabilities);
        return new Probe(true, java.util.Collections.unmodifiableSet(copy), "", "");
    }

    /**
     * {@return the answer of a provider that cannot serve}
     *
     * @param reason what is missing, a short fact
     * @param remedy what would help, such as a launcher flag; empty if nothing would
     */
    public static Probe unavailable(String reason, String remedy) {
        requireNonNull(remedy, "remedy");
        return new Probe(false, Set.of(), requireNonNull(reason, "reason"), remedy);
    }

    /** {@return whether the provider can serve} */
    public boolean isAvailable() {
        return available;
    }

    /** {@return what it can do; empty if it cannot serve} */
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /** {@return what is missing; empty if it can serve} */
    public String reason() {
        return reason;
    }

    /** {@return what would help; may be empty} */
    public String remedy() {
        return remedy;
    }
}
