package io.milena.operator;

import java.util.List;

/** A list as a JSON object, so that members can be added beside it later. */
public record Items<T>(List<T> items) {}
