package io.milena.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** A part of a long list. {@code next} is what {@code after} is to be for the next part; none: that was the last one. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, String next) {}
