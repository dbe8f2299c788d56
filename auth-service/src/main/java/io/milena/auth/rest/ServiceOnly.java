package io.milena.auth.rest;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks resources for the platform's own services, which present milena.auth.service-token. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ServiceOnly {
    /** Name of the token in the OpenAPI document. */
    String SCHEME = "service";
}
