package io.milena.delivery.tls;

/** Fetches the text of a domain's policy; an interface so that tests can replace it. Blocks within a bound. */
public interface StsSource {
    Fetched fetch(String domain);

    /** The result. */
    sealed interface Fetched permits Text, Failed {}

    record Text(String policy) implements Fetched {}

    record Failed(TlsFailure failure) implements Fetched {}
}
