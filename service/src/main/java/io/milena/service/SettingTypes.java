package io.milena.service;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The type of each key of some configuration interfaces, and whether a value is of it. Immutable. */
final class SettingTypes {
    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, short.class, Short.class);

    private final Map<Pattern, Type> types = new LinkedHashMap<>();
    private final SmallRyeConfig converters =
            new SmallRyeConfigBuilder().addDiscoveredConverters().build();

    SettingTypes(List<Class<?>> mappings) {
        for (var mapping : mappings) {
            collect(
                    mapping,
                    Pattern.quote(mapping.getAnnotation(ConfigMapping.class).prefix()));
        }
    }

    private void collect(Class<?> mapping, String prefix) {
        for (var method : mapping.getMethods()) {
            if (!method.isDefault() && !method.isSynthetic()) {
                add(method.getGenericReturnType(), prefix + "\\." + Pattern.quote(kebab(method)));
            }
        }
    }

    private void add(Type type, String key) {
        if (isGroup(type)) {
            collect((Class<?>) type, key);
        } else if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            add(map.getActualTypeArguments()[1], key + "\\.(?:\"[^\"]+\"|.+?)");
        } else {
            types.put(Pattern.compile(key), type);
        }
    }

    private static boolean isGroup(Type type) {
        return type instanceof Class<?> group
                && group.isInterface()
                && group.getPackageName().startsWith("io.milena");
    }

    private static String kebab(Method method) {
        return method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The expected form of this value; empty if the value is right or its type is not known here. */
    Optional<String> expectedInsteadOf(String key, String value) {
        if (value.isEmpty() || value.contains("${")) {
            return Optional.empty();
        }
        return types.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(key).matches())
                .findFirst()
                .flatMap(entry -> expected(entry.getValue(), value));
    }

    private Optional<String> expected(Type type, String value) {
        if (type instanceof ParameterizedType parameterized) {
            var inner = parameterized.getActualTypeArguments()[0];
            if (parameterized.getRawType() == Optional.class) {
                return expected(inner, value);
            }
            return Arrays.stream(value.split(","))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .flatMap(item -> expected(inner, item).stream())
                    .findFirst();
        }
        return type instanceof Class<?> simple && !isConvertible(simple, value)
                ? Optional.of(description(simple))
                : Optional.empty();
    }

    private boolean isConvertible(Class<?> type, String value) {
        try {
            if (type == boolean.class || type == Boolean.class) {
                return List.of("true", "false", "yes", "no", "on", "off", "y", "n", "1", "0", "t", "f")
                        .contains(value.toLowerCase(Locale.ROOT));
            }
            var converter = converters.getConverter(type);
            return converter.isEmpty() || converter.get().convert(value) != null;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static String description(Class<?> type) {
        if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m or 72h";
        }
        if (type == MemorySize.class) {
            return "a size such as 256K or 30M";
        }
        if (NUMBERS.contains(type)) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant ->
                                    constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(", "));
        }
        return "a " + type.getSimpleName();
    }
}
