package steward.local.aws;

/**
 * What the data of instances is on. RDS decides when and under which name; here it is done. Images are copies that never
 * change; an instance is known by its {@link DatabaseInstance#resourceId}.
 */
public interface Disks {

    /** None at all: everything but the data is there. Costs nothing, for tests of a great many cases. */
    static Disks none() {
        return NoDisks.INSTANCE;
    }

    /**
     * Copies the data of an instance as it is now, with its passwords.
     *
     * @return the image's id
     */
    String copy(DatabaseInstance instance);

    /** Deletes an image that no snapshot holds any more. */
    void forget(String image);

    /** Starts the server of a new instance on a copy of the image. It has the passwords of the image. */
    DatabaseInstance.Endpoint start(DatabaseInstance instance, String image);

    void setMasterPassword(DatabaseInstance instance, String password);

    /** Ends the server of an instance; its data is gone. */
    void remove(DatabaseInstance instance);
}
