package steward.secret;

/** A user name and its password. Never printed. */
public record Credentials(String username, String password) {
    @Override
    public String toString() {
        return "credentials of " + username;
    }
}
