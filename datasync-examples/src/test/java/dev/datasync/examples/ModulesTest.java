package dev.datasync.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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

/** The rules between modules; those inside the core are the core's own test. */
@AnalyzeClasses(packages = "dev.datasync", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModulesTest {

    @ArchTest
    static final ArchRule adapters_do_not_know_each_other_nor_the_front_door = noClasses()
            .that()
            .resideInAPackage("dev.datasync.jdbc..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.datasync", "dev.datasync.internal..", "dev.datasync.files..", "dev.datasync.testkit.."));

    @ArchTest
    static final ArchRule files_do_not_know_tables_nor_the_front_door = noClasses()
            .that()
            .resideInAPackage("dev.datasync.files..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.datasync", "dev.datasync.internal..", "dev.datasync.jdbc..", "dev.datasync.testkit.."));

    @ArchTest
    static final ArchRule nobody_outside_the_core_knows_the_engine = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.datasync.jdbc..", "dev.datasync.files..", "dev.datasync.testkit..", "dev.datasync.examples..")
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
            .resideInAnyPackage("dev.datasync.jdbc..", "dev.datasync.files..")
            .should(new ArchCondition<JavaMethod>("show types of the JDK and of the core, and jOOQ's DSLContext") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    method.getAllInvolvedRawTypes().stream()
                            .map(JavaClass::getBaseComponentType)
                            .filter(type -> !type.isPrimitive())
                            // a user who hands one in has it already
                            .filter(type -> !type.getName().equals("org.jooq.DSLContext"))
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
            .resideInAnyPackage("dev.datasync.jdbc..", "dev.datasync.files..")
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule names_are_never_raw_sql = noClasses()
            .should()
            .callMethod(org.jooq.impl.DSL.class, "field", String.class)
            .orShould()
            .callMethod(org.jooq.impl.DSL.class, "table", String.class);
}
