package io.milena.stories;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dependencies between modules point one way: protocol ← topics ← services ← standalone; the modules operator and service
 * are beside the topics.
 */
@AnalyzeClasses(packages = "io.milena", importOptions = ArchitectureTest.Production.class)
class ArchitectureTest {
    private static final String[] PROTOCOL = {"io.milena.smtp..", "io.milena.mail.."};
    private static final String TOPICS = "io.milena.topics..";
    private static final String OPERATOR = "io.milena.operator..";
    private static final String SERVICE = "io.milena.service..";
    private static final String EMBEDDED = "io.milena.embedded..";
    private static final String STANDALONE = "io.milena.standalone..";
    private static final List<String> SERVICES = List.of("ingest", "auth", "delivery", "bounce");

    /** Production classes, from jars or from folders of classes. */
    static final class Production implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static void everyModuleIsLookedAt(JavaClasses classes) {
        Stream.of(
                        "smtp",
                        "mail",
                        "topics",
                        "operator",
                        "service",
                        "ingest",
                        "auth",
                        "delivery",
                        "bounce",
                        "embedded",
                        "standalone")
                .map(module -> "io.milena." + module)
                .forEach(name -> assertThat(classes.stream()
                                .anyMatch(type -> type.getPackageName().startsWith(name)))
                        .as("classes of " + name)
                        .isTrue());
    }

    @ArchTest
    static final ArchRule THE_PROTOCOL_IS_VALUES = noClasses()
            .that()
            .resideInAnyPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "org.apache.kafka..",
                            "io.quarkus..",
                            "io.vertx..",
                            "jakarta..",
                            "java.nio.channels..",
                            "java.sql..")
                    .or(resideInAnyPackage("java.net")
                            .and(not(simpleName("InetAddress")))
                            .and(not(simpleName("URI")))))
            .because("it is shared by all that speak SMTP, and is tested without a socket");

    @ArchTest
    static final ArchRule THE_PROTOCOL_KNOWS_NO_OTHER_MODULE = noClasses()
            .that()
            .resideInAnyPackage(PROTOCOL)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.milena..").and(not(resideInAnyPackage(PROTOCOL))));

    @ArchTest
    static final ArchRule THE_TOPICS_KNOW_NO_SERVICE = noClasses()
            .that()
            .resideInAPackage(TOPICS)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.milena..", "io.quarkus..", "io.vertx..", "jakarta..")
                    .and(not(resideInAnyPackage(TOPICS, "io.milena.smtp..", "io.milena.mail.."))))
            .because("a reader of the topics need not be a service of ours");

    @ArchTest
    static final ArchRule WHAT_THE_OPERATORS_INTERFACES_SHARE_KNOWS_NO_SERVICE = noClasses()
            .that()
            .resideInAPackage(OPERATOR)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.milena..").and(not(resideInAPackage(OPERATOR))));

    @ArchTest
    static final ArchRule WHAT_THE_SERVICES_PROCESSES_SHARE_KNOWS_NO_SERVICE = noClasses()
            .that()
            .resideInAPackage(SERVICE)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.milena..").and(not(resideInAPackage(SERVICE))));

    @ArchTest
    static final ArchRule THE_EMBEDDED_SERVERS_KNOW_NOTHING_OF_MAIL = noClasses()
            .that()
            .resideInAPackage(EMBEDDED)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.milena..", "io.quarkus..").and(not(resideInAnyPackage(EMBEDDED))));

    @ArchTest
    static void servicesKnowTheSharedModulesAndNotEachOther(JavaClasses classes) {
        for (var service : SERVICES) {
            var itself = "io.milena." + service + "..";
            noClasses()
                    .that()
                    .resideInAPackage(itself)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("io.milena..")
                            .and(not(resideInAnyPackage(
                                    itself, TOPICS, OPERATOR, SERVICE, "io.milena.smtp..", "io.milena.mail.."))))
                    .because("each is an application of its own; what they say to each other is on the topics")
                    .check(classes);
        }
    }

    /**
     * The packages of a module, each above those that it may use; an empty name before the dot is the module's own
     * package.
     */
    private static final Map<String, List<String>> ROOMS = Map.of(
            "io.milena.delivery",
            List.of(
                    "",
                    ".fanout",
                    ".outbound",
                    ".tier",
                    ".operator.queue",
                    ".operator.group",
                    ".operator.letter",
                    ".operator.order",
                    ".operator",
                    ".site",
                    ".relay",
                    ".outcome",
                    ".content",
                    ".tlsreport",
                    ".route",
                    ".order",
                    ".remote",
                    ".shaping",
                    ".tls",
                    ".web",
                    ".dns",
                    ".egress",
                    ".progress"),
            "io.milena.auth",
            List.of("", ".rest", ".domain", ".lease", ".token", ".store", ".secret", ".dkim"),
            "io.milena.bounce",
            List.of(""),
            "io.milena.smtp",
            List.of(""),
            "io.milena.mail",
            List.of(""),
            "io.milena.ingest",
            List.of("", ".connection", ".quota", ".login", ".message", ".tls"),
            "io.milena.topics",
            List.of(".kafka", ""),
            "io.milena.standalone",
            List.of("", ".command", ".operator", ".split", ".single", ".postbox", ".platform"));

    @ArchTest
    static void roomsUseTheRoomsBelowThem(JavaClasses classes) {
        ROOMS.forEach((module, rooms) -> assertThat(classes.stream()
                        .filter(type -> isIn(module, type))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(arrow -> isIn(module, arrow.getTargetClass().getBaseComponentType()))
                        .filter(arrow ->
                                level(module, rooms, arrow.getTargetClass().getBaseComponentType())
                                        < level(module, rooms, arrow.getOriginClass()))
                        .map(Dependency::getDescription)
                        .sorted())
                .as("arrows of " + module + " that go up")
                .isEmpty());
    }

    /** The compiler accepts a non-public type that nobody names, as in a switch; the JVM does not. */
    @ArchTest
    static void publicMethodsSpeakOfPublicTypes(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> ROOMS.keySet().stream().anyMatch(module -> isIn(module, type)))
                        .filter(ArchitectureTest::isPublic)
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                                && !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(method -> Stream.concat(
                                        Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                                .map(JavaClass::getBaseComponentType)
                                .anyMatch(type -> type.getPackageName().startsWith("io.milena") && !isPublic(type)))
                        .map(JavaMethod::getFullName)
                        .sorted())
                .isEmpty();
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static boolean isIn(String module, JavaClass type) {
        return (type.getPackageName() + ".").startsWith(module + ".");
    }

    private static int level(String module, List<String> rooms, JavaClass type) {
        int level = rooms.indexOf(type.getPackageName().substring(module.length()));
        assertThat(level).as("the room of " + type.getName()).isNotNegative();
        return level;
    }

    @ArchTest
    static final ArchRule NOTHING_KNOWS_IN_WHICH_SHAPE_IT_RUNS = noClasses()
            .that()
            .resideOutsideOfPackage(STANDALONE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(STANDALONE);

    @ArchTest
    static final ArchRule ONLY_AUTH_KNOWS_THE_DATABASE = noClasses()
            .that()
            .resideInAPackage("io.milena..")
            .and()
            .resideOutsideOfPackages("io.milena.auth..", EMBEDDED, STANDALONE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "jakarta.persistence..", "org.hibernate..");

    // Without it Quarkus silently drops a jar's beans, listeners and REST paths in standalone.
    @ParameterizedTest
    @ValueSource(
            strings = {"ingest-service", "auth-service", "delivery-service", "bounce-service", "operator", "service"})
    void everyServicesJarHasABeansXml(String service) throws IOException {
        var marks = Collections.list(getClass().getClassLoader().getResources("META-INF/beans.xml"));

        assertThat(marks)
                .as("META-INF/beans.xml of " + service)
                .anyMatch(mark -> mark.toString().contains("/" + service)
                        || mark.toString().contains("/milena-" + service));
    }
}
