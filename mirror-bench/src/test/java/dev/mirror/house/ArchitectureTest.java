package dev.mirror.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which way dependencies may point, and what may not be seen from where. */
class ArchitectureTest {
    private static final JavaClasses MIRROR = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages("dev.mirror");

    private static final String[] CORE = {
        "dev.mirror.identity..",
        "dev.mirror.channel..",
        "dev.mirror.message..",
        "dev.mirror.spi..",
        "dev.mirror.hub..",
        "dev.mirror.memory.."
    };

    private static final List<String> VENDORS = List.of(
            "org.eclipse.jetty",
            "com.pubnub",
            "com.google.gson",
            "okhttp3",
            "java.sql",
            "javax.sql",
            "org.java_websocket",
            "org.jdbi");

    @Test
    void noPackageIsPartOfACycle() {
        SliceAssignment eachPackage = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return SliceIdentifier.of(javaClass.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
        slices().assignedFrom(eachPackage).should().beFreeOfCycles().check(MIRROR);
    }

    @Test
    void coreIsLayered() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.mirror..")
                .layer("memory")
                .definedBy("dev.mirror.memory..")
                .layer("hub")
                .definedBy("dev.mirror.hub..")
                .layer("spi")
                .definedBy("dev.mirror.spi..")
                .layer("message")
                .definedBy("dev.mirror.message..")
                .layer("channel")
                .definedBy("dev.mirror.channel..")
                .layer("identity")
                .definedBy("dev.mirror.identity..")
                .whereLayer("identity")
                .mayNotAccessAnyLayer()
                .whereLayer("channel")
                .mayOnlyAccessLayers("identity")
                .whereLayer("message")
                .mayOnlyAccessLayers("channel", "identity")
                .whereLayer("spi")
                .mayOnlyAccessLayers("message", "channel", "identity")
                .whereLayer("hub")
                .mayOnlyAccessLayers("spi", "message", "channel", "identity")
                .whereLayer("memory")
                .mayOnlyAccessLayers("spi", "message", "channel", "identity")
                .check(MIRROR);
    }

    @Test
    void modulesPointOneWay() {
        noClasses()
                .that(resideInAnyPackage(CORE))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mirror..").and(notIn(CORE)))
                .check(MIRROR);
        noClasses()
                .that()
                .resideInAPackage("dev.mirror.client..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mirror..")
                        .and(notIn(
                                "dev.mirror.client..",
                                "dev.mirror.identity..",
                                "dev.mirror.channel..",
                                "dev.mirror.message..")))
                .check(MIRROR);
        for (String adapter : List.of(
                "dev.mirror.websocket..",
                "dev.mirror.sql..",
                "dev.mirror.pubnub..",
                "dev.mirror.gateway..",
                "dev.mirror.testkit..")) {
            noClasses()
                    .that()
                    .resideInAPackage(adapter)
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.mirror..")
                            .and(notIn(Stream.concat(Stream.of(CORE), Stream.of(adapter))
                                    .toArray(String[]::new))))
                    .check(MIRROR);
        }
        noClasses()
                .that(notIn("dev.mirror.simulation..", "dev.mirror.bench.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.mirror.simulation..")
                .check(MIRROR);
    }

    @Test
    void coreHasNoThreadClockChanceOrSocketOfItsOwn() {
        noClasses()
                .that(resideInAnyPackage(CORE))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..", "java.nio.channels..", "java.nio.file..", "java.sql..", "java.security..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.util.concurrent.Executors.class,
                        java.util.concurrent.ForkJoinPool.class,
                        java.util.concurrent.ThreadLocalRandom.class,
                        java.util.Timer.class,
                        java.util.Random.class,
                        java.util.UUID.class)
                .orShould(callAnyOf(
                        "java.lang.System.currentTimeMillis",
                        "java.lang.System.nanoTime",
                        "java.lang.Math.random",
                        "java.time.Instant.now",
                        "java.time.InstantSource.system",
                        "java.time.Clock.systemUTC",
                        "java.util.concurrent.CompletableFuture.supplyAsync",
                        "java.util.concurrent.CompletableFuture.orTimeout"))
                .check(MIRROR);
    }

    @Test
    void typesOfVendorsStayInTheirModule() {
        classes()
                .that(resideInAnyPackage(CORE)
                        .or(resideInAnyPackage(
                                "dev.mirror.websocket..",
                                "dev.mirror.sql..",
                                "dev.mirror.pubnub..",
                                "dev.mirror.gateway..",
                                "dev.mirror.client..",
                                "dev.mirror.testkit..")))
                .and(notIn("dev.mirror.client.jdbc")) // is about java.sql, and nothing else
                .and()
                .arePublic()
                .should(showNoVendor())
                .check(MIRROR);
    }

    /** The SDK, and what it brings, is the business of one module; others may do without. */
    @Test
    void pubnubsSdkIsUsedInOneModule() {
        noClasses()
                .that(notIn("dev.mirror.pubnub.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.pubnub..", "com.google.gson..", "okhttp3..", "retrofit2..")
                .check(MIRROR);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameStartingWith("Default")
                .check(MIRROR);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> notIn(String... packages) {
        return com.tngtech.archunit.base.DescribedPredicate.not(resideInAnyPackage(packages));
    }

    private static ArchCondition<JavaClass> callAnyOf(String... methods) {
        Set<String> banned = Set.of(methods);
        return new ArchCondition<>("call any of " + banned) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    String target = access.getTargetOwner().getName() + "."
                            + access.getTarget().getName();
                    if (banned.contains(target)) {
                        events.add(SimpleConditionEvent.satisfied(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> showNoVendor() {
        return new ArchCondition<>("show no type of a vendor") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaMethod method : type.getMethods()) {
                    boolean visible = method.getModifiers().contains(JavaModifier.PUBLIC)
                            || method.getModifiers().contains(JavaModifier.PROTECTED);
                    Stream<JavaClass> types =
                            Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream());
                    if (visible && types.anyMatch(shown -> VENDORS.stream().anyMatch(shown.getName()::startsWith))) {
                        events.add(
                                SimpleConditionEvent.violated(method, method.getFullName() + " shows a vendor's type"));
                    }
                }
            }
        };
    }

    @Test
    void theRulesSeeEveryModule() {
        for (String module : List.of(
                "hub",
                "testkit",
                "websocket",
                "sql",
                "pubnub",
                "gateway",
                "server",
                "client",
                "simulation",
                "examples",
                "bench")) {
            classes()
                    .that()
                    .resideInAPackage("dev.mirror." + module + "..")
                    .should(existAtAll())
                    .check(MIRROR);
        }
    }

    private static ArchCondition<JavaClass> existAtAll() {
        return new ArchCondition<>("exist") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(type, alwaysTrue().test(type), type.getName()));
            }
        };
    }
}
