/** The outside of auth-service: the administrator's REST API under {@code /v1} and the endpoint that ingest calls. */
package io.milena.auth.rest;
