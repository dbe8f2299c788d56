package io.milena.auth.rest;

import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.security.SecuritySchemes;

/** What the OpenAPI document says of the API as a whole. */
@SecuritySchemes({
    @SecurityScheme(
            securitySchemeName = ApiDescription.ADMIN,
            type = SecuritySchemeType.HTTP,
            scheme = "bearer",
            description = "The administrator's token: milena.bootstrap.admin-token."),
    @SecurityScheme(
            securitySchemeName = ApiDescription.SERVICE,
            type = SecuritySchemeType.HTTP,
            scheme = "bearer",
            description = "The token that ingest and auth-service share: milena.auth.service-token.")
})
final class ApiDescription {
    static final String ADMIN = "admin";
    static final String SERVICE = "service";

    private ApiDescription() {}
}
