package dev.penstock.aio;

/** What a provider is to an {@link AsyncIo} instance. */
public enum ProviderState {
    /** Files are opened with it. */
    ACTIVE,
    /** It could serve, but a better-ranked one does. */
    STANDBY,
    /** It cannot serve on this machine or in this process; {@link ProviderInfo#reason()} says why. */
    UNAVAILABLE
}
