package steward.local.aws;

/**
 * What an account may have in a region.
 *
 * @param manualSnapshots of all instances together
 * @param gibibytes of all instances together
 * @param copiesInProgress of snapshots, to the region
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html">Quotas</a>
 */
public record RdsQuotas(int manualSnapshots, int instances, int gibibytes, int copiesInProgress) {

    private static final int COPIES_IN_PROGRESS = 20;

    /** With the usual number of copies in progress. */
    public RdsQuotas(int manualSnapshots, int instances, int gibibytes) {
        this(manualSnapshots, instances, gibibytes, COPIES_IN_PROGRESS);
    }

    public static RdsQuotas usual() {
        return new RdsQuotas(100, 40, 100_000);
    }
}
