package steward.local.aws;

/**
 * What an account may have in a region.
 *
 * @param manualSnapshots of all instances together
 * @param gibibytes of all instances together
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html">Quotas</a>
 */
public record RdsQuotas(int manualSnapshots, int instances, int gibibytes) {

    public static RdsQuotas usual() {
        return new RdsQuotas(100, 40, 100_000);
    }
}
