package io.milena.delivery.shaping;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A node of a YAML file with its line. An unexpected node is a {@link ShapingException}. */
record YamlNode(String file, Node node) {
    /** The root of a file; empty if the file is. */
    static Optional<YamlNode> read(String file, String text) {
        try {
            var root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
            return Optional.ofNullable(root).map(node -> new YamlNode(file, node));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw new ShapingException(
                    new Origin(file, mark == null ? 1 : mark.getLine() + 1), "no YAML: " + e.getProblem());
        }
    }

    Origin origin() {
        return new Origin(file, node.getStartMark().getLine() + 1);
    }

    ShapingException refused(String why) {
        return new ShapingException(origin(), why);
    }

    /** Keys in their order, each once. */
    Map<String, YamlNode> fields() {
        if (!(node instanceof MappingNode mapping)) {
            throw refused("keys with values were expected here");
        }
        var fields = new LinkedHashMap<String, YamlNode>();
        for (var tuple : mapping.getValue()) {
            var key = new YamlNode(file, tuple.getKeyNode());
            // A value may begin on a later line; errors in it are reported at the line of its key.
            if (fields.put(key.text(), new YamlNode(file, tuple.getValueNode())) != null) {
                throw key.refused(key.text() + " is said twice");
            }
        }
        return fields;
    }

    String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw refused("a value was expected here");
        }
        return scalar.getValue().strip();
    }

    boolean says(String word) {
        return node instanceof ScalarNode scalar && scalar.getValue().strip().equals(word);
    }

    /** Several values, or a single one. */
    List<YamlNode> list() {
        return node instanceof SequenceNode sequence
                ? sequence.getValue().stream()
                        .map(one -> new YamlNode(file, one))
                        .toList()
                : List.of(this);
    }
}
