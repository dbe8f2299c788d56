package io.milena.auth.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.auth.store.Account;
import io.milena.auth.store.AccountStatus;
import io.milena.auth.store.Credential;
import io.milena.operator.Problem;
import io.milena.operator.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * The verdict on a login by any mechanism: only a client with the right secret learns more than that the login is
 * refused. Thread-safe.
 */
@ApplicationScoped
public class Logins {
    private final MeterRegistry meters;

    Logins(MeterRegistry meters) {
        this.meters = meters;
    }

    /** The owner of a verified credential. */
    public record Verified(String account, String credential, List<String> networks) {}

    /** The client has shown that it knows this credential's secret. */
    Verified admitted(Credential credential) {
        if (Account.byId(credential.account)
                .filter(account -> account.status == AccountStatus.ACTIVE)
                .isEmpty()) {
            throw counted(
                    "suspended",
                    Problem.of(Response.Status.FORBIDDEN, "the account is suspended")
                            .withCode("suspended"));
        }
        count("verified");
        return new Verified(credential.account, credential.id, credential.networks);
    }

    /** The client has not shown that. */
    ProblemException refused() {
        return counted("refused", Problem.of(Response.Status.UNAUTHORIZED, "wrong user name or secret"));
    }

    private ProblemException counted(String result, Problem problem) {
        count(result);
        return problem.exception();
    }

    private void count(String result) {
        meters.counter("milena.auth.verifications", "result", result).increment();
    }
}
