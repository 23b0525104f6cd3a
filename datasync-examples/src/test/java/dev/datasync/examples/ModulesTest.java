package dev.datasync.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** The rules between modules; those inside the core are the core's own test. */
@AnalyzeClasses(packages = "dev.datasync", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModulesTest {

    /**
     * What a user who hands it in has already: a context of a jOOQ of their own, and the limits that an application
     * shares between DataSync and its other calls of the same server.
     */
    private static final Set<String> BROUGHT_ALONG = Set.of(
            "org.jooq.DSLContext",
            "io.github.resilience4j.circuitbreaker.CircuitBreaker",
            "io.github.resilience4j.circuitbreaker.CircuitBreakerConfig",
            "io.github.resilience4j.ratelimiter.RateLimiter",
            "io.github.resilience4j.ratelimiter.RateLimiterConfig");

    @ArchTest
    static final ArchRule adapters_do_not_know_each_other_nor_the_front_door = noClasses()
            .that()
            .resideInAPackage("dev.datasync.jdbc..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.datasync",
                    "dev.datasync.internal..",
                    "dev.datasync.files..",
                    "dev.datasync.http..",
                    "dev.datasync.testkit.."));

    @ArchTest
    static final ArchRule files_do_not_know_tables_nor_the_front_door = noClasses()
            .that()
            .resideInAPackage("dev.datasync.files..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.datasync",
                    "dev.datasync.internal..",
                    "dev.datasync.http..",
                    "dev.datasync.jdbc..",
                    "dev.datasync.testkit.."));

    @ArchTest
    static final ArchRule resources_do_not_know_tables_nor_files_nor_the_front_door = noClasses()
            .that()
            .resideInAPackage("dev.datasync.http..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.datasync",
                    "dev.datasync.internal..",
                    "dev.datasync.files..",
                    "dev.datasync.jdbc..",
                    "dev.datasync.testkit.."));

    @ArchTest
    static final ArchRule nobody_outside_the_core_knows_the_engine = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.datasync.jdbc..",
                    "dev.datasync.files..",
                    "dev.datasync.http..",
                    "dev.datasync.testkit..",
                    "dev.datasync.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.datasync.internal..");

    @ArchTest
    static final ArchRule public_methods_show_no_third_party_types = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("dev.datasync.jdbc..", "dev.datasync.files..", "dev.datasync.http..")
            .should(new ArchCondition<JavaMethod>("show types of the JDK and of the core, and what users bring along") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    method.getAllInvolvedRawTypes().stream()
                            .map(JavaClass::getBaseComponentType)
                            .filter(type -> !type.isPrimitive())
                            .filter(type -> !BROUGHT_ALONG.contains(type.getName()))
                            .filter(type -> !type.getPackageName().startsWith("java")
                                    && !type.getPackageName().startsWith("dev.datasync"))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    method, method.getFullName() + " shows " + type.getName())));
                }
            });

    @ArchTest
    static final ArchRule public_types_of_adapters_are_closed = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .resideInAnyPackage("dev.datasync.jdbc..", "dev.datasync.files..", "dev.datasync.http..")
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule nothing_is_deserialized = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream");

    @ArchTest
    static final ArchRule there_is_no_static_state =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule resources_change_nothing_that_others_share = noClasses()
            .that()
            .resideInAPackage("dev.datasync.http..")
            .should()
            .callMethod(System.class, "setProperty", String.class, String.class)
            .orShould()
            .callMethod(Authenticator.class, "setDefault", Authenticator.class)
            .orShould()
            .callMethod(CookieHandler.class, "setDefault", CookieHandler.class)
            .orShould()
            .callMethod(SSLContext.class, "setDefault", SSLContext.class);

    @ArchTest
    static final ArchRule names_are_never_raw_sql = noClasses()
            .should()
            .callMethod(org.jooq.impl.DSL.class, "field", String.class)
            .orShould()
            .callMethod(org.jooq.impl.DSL.class, "table", String.class);
}
