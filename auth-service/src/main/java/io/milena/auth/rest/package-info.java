/**
 * The outside of auth-service: the administrator's REST API under {@code /v1} and the endpoints that ingest calls. It
 * uses the rooms below it, {@code domain}, {@code lease}, {@code token}, {@code store}, {@code secret} and {@code
 * dkim}.
 */
package io.milena.auth.rest;
