package io.milena.deploy;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds fields that Kubernetes' model does not know: the model keeps them as additional properties, at any depth. */
final class UnknownFields {
    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /** Paths of the fields that the model does not know. */
    static List<String> of(KubernetesResource resource) {
        var unknown = new UnknownFields();
        unknown.walk(resource.getClass().getSimpleName(), resource);
        return unknown.found;
    }

    private void walk(String path, Object value) {
        switch (value) {
            case null -> {}
            case Collection<?> items -> items.forEach(item -> walk(path + "[]", item));
            case Map<?, ?> entries -> entries.forEach((key, entry) -> walk(path + "." + key, entry));
            default -> {
                if (value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
                    walkFields(path, value);
                }
            }
        }
    }

    private void walkFields(String path, Object bean) {
        for (Class<?> type = bean.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isEnum()) {
                    continue;
                }
                var value = valueOf(field, bean);
                if (field.getName().equals("additionalProperties") && value instanceof Map<?, ?> unknown) {
                    // A quantity or a port keeps no unknown fields; a bean keeps them as additional properties.
                    unknown.keySet().forEach(name -> found.add(path + "." + name));
                } else {
                    walk(path + "." + field.getName(), value);
                }
            }
        }
    }

    private static Object valueOf(Field field, Object bean) {
        try {
            field.setAccessible(true);
            return field.get(bean);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
