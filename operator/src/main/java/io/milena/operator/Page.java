package io.milena.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A part of a long list. {@code next} is the value of {@code after} for the next part; without it this was the last
 * one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, String next) {}
