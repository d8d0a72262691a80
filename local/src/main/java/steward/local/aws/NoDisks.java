package steward.local.aws;

/** Instances without data, all at one address where nobody listens. */
enum NoDisks implements Disks {
    INSTANCE;

    private static final DatabaseInstance.Endpoint NOWHERE = new DatabaseInstance.Endpoint("127.0.0.1", 5432);

    @Override
    public String copy(DatabaseInstance instance) {
        return "";
    }

    @Override
    public void forget(String image) {
        // There is nothing to delete.
    }

    @Override
    public DatabaseInstance.Endpoint start(DatabaseInstance instance, String image) {
        return NOWHERE;
    }

    @Override
    public void setMasterPassword(DatabaseInstance instance, String password) {
        // There is nobody who could log in.
    }

    @Override
    public void remove(DatabaseInstance instance) {
        // There is nothing to delete.
    }
}
