package steward.postgres;

/** Which search path a session has for its own when it begins. */
enum SearchPath {
    /** {@link #CATALOG}, from the first moment. */
    OURS,
    /**
     * That of the database and the server, to which {@code RESET} leads. A session that begins so sets {@link #CATALOG}
     * before anything else.
     */
    SERVERS;

    /** Names are looked up in pg_catalog alone: nothing that a tenant made can be meant by accident. */
    static final String CATALOG = "pg_catalog,pg_temp";
}
