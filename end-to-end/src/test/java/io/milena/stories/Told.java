package io.milena.stories;

import io.milena.stories.harness.LogOfFailure;
import io.milena.stories.harness.SharedPlatform;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A story: its tests may have the shared {@link io.milena.stories.harness.Story} as a parameter, and a failure shows
 * the platform's log.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({LogOfFailure.class, SharedPlatform.class})
@interface Told {}
