package io.milena.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.service.BuildInfo;
import io.milena.standalone.platform.Configuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} names every key that the services read, no other key, and each true default. */
class ConfigurationPageTest {
    private static final Pattern ROW = Pattern.compile("\\| `(milena\\.[^`]+)` \\| (?:`([^`]*)`)? ?\\|.*");

    @Test
    void agreesWithTheCode() throws IOException {
        var inCode = new TreeMap<String, Set<String>>();
        for (var mapping : Configuration.MAPPINGS) {
            collect(mapping, mapping.getAnnotation(ConfigMapping.class).prefix(), inCode);
        }
        var onPage = rows();
        onPage.keySet().removeIf(key -> key.startsWith("milena.split."));

        assertThat(onPage.keySet()).isEqualTo(inCode.keySet());
        inCode.forEach((key, defaults) ->
                assertThat(defaults.isEmpty() ? Set.of("") : defaults).as(key).isEqualTo(Set.of(onPage.get(key))));
    }

    @Test
    void servicesKnowEveryKeyOfThePage() throws IOException {
        try (var keys = Objects.requireNonNull(BuildInfo.class.getResourceAsStream("keys.txt"))) {
            assertThat(new String(keys.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(rows().keySet());
        }
    }

    private static Map<String, String> rows() throws IOException {
        var rows = new TreeMap<String, String>();
        for (var line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), row.group(2) == null ? "" : row.group(2));
            }
        }
        return rows;
    }

    private static void collect(Class<?> mapping, String prefix, Map<String, Set<String>> keys) {
        for (var method : mapping.getMethods()) {
            if (method.isDefault() || method.isSynthetic()) {
                continue;
            }
            var key = prefix + "." + kebab(method);
            var type = method.getReturnType();
            if (type.isInterface() && type.getPackageName().startsWith("io.milena")) {
                collect(type, key, keys);
            } else if (type == Map.class) {
                collectMap(method, key + ".\"NAME\"", keys);
            } else {
                var defaults = keys.computeIfAbsent(key, any -> new TreeSet<>());
                var given = method.getAnnotation(WithDefault.class);
                if (given != null) {
                    defaults.add(given.value());
                }
            }
        }
    }

    private static void collectMap(Method method, String key, Map<String, Set<String>> keys) {
        var value = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[1];
        if (value instanceof Class<?> mapping && mapping.isInterface()) {
            collect(mapping, key, keys);
        } else {
            keys.computeIfAbsent(key, any -> new TreeSet<>());
        }
    }

    private static String kebab(Method method) {
        return method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
