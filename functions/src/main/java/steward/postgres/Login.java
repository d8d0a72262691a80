package steward.postgres;

/** Who logs in where. Never printed: it holds a password. */
public record Login(String host, int port, int major, String user, String password) {
    @Override
    public String toString() {
        return "%s at %s:%d".formatted(user, host, port);
    }
}
