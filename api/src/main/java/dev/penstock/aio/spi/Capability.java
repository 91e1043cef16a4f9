package dev.penstock.aio.spi;

/** What a provider may be able to do. What it does not claim, the engine refuses at open with EOPNOTSUPP. */
public enum Capability {
    /** Open options WRITE and APPEND together. */
    APPEND,
    /** Open options READ and APPEND together. */
    READ_APPEND,
    /** Open option DSYNC. */
    DSYNC,
    /** Open option SYNC. */
    SYNC,
    /** Open option DIRECT. */
    DIRECT,
    /** Link option NOFOLLOW_LINKS. */
    NOFOLLOW_LINKS,
    /** File attributes that are set at creation. */
    FILE_ATTRIBUTES
}
