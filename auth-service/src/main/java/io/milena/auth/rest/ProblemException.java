package io.milena.auth.rest;

/** Ends a request with a problem, and its transaction with a rollback. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        // No stack trace: it is an answer, not a fault.
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
