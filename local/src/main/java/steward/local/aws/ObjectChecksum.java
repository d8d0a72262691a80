package steward.local.aws;

/**
 * The checksum of an object.
 *
 * @param value in Base64; of an object that was uploaded in parts, with {@code -} and their number behind it, if it is
 *     made of the parts' checksums
 */
record ObjectChecksum(ChecksumAlgorithm algorithm, String value) {

    String type() {
        return value.contains("-") ? "COMPOSITE" : "FULL_OBJECT";
    }
}
