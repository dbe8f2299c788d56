package io.milena.delivery.tls;

/** Where the text of a domain's policy comes from; a seam for tests. Blocks within a bound. */
public interface StsSource {
    Fetched fetch(String domain);

    /** What came of it. */
    sealed interface Fetched permits Text, Failed {}

    record Text(String policy) implements Fetched {}

    record Failed(TlsFailure failure) implements Fetched {}
}
