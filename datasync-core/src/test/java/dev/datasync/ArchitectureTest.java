package dev.datasync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

@AnalyzeClasses(packages = "dev.datasync", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.datasync.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothing_imports_the_front_door = noClasses()
            .that()
            .resideOutsideOfPackage("dev.datasync")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.datasync");

    @ArchTest
    static final ArchRule contracts_do_not_know_the_engine = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.datasync.row",
                    "dev.datasync.source",
                    "dev.datasync.transform",
                    "dev.datasync.match",
                    "dev.datasync.change",
                    "dev.datasync.sink",
                    "dev.datasync.run")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.datasync.internal..");

    @ArchTest
    static final ArchRule rows_know_nobody = classes()
            .that()
            .resideInAPackage("dev.datasync.row")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.datasync.row", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule core_imports_only_the_jdk_and_two_small_apis = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.datasync..", "java..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule public_types_are_closed = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should(new ArchCondition<JavaClass>("be final, a record, an enum, sealed, an interface or an exception") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean isClosed = type.getModifiers().contains(JavaModifier.FINAL)
                            || type.isRecord()
                            || type.isEnum()
                            || type.isInterface()
                            || type.isAssignableTo(Exception.class)
                            || type.reflect().isSealed();
                    if (!isClosed) {
                        events.add(SimpleConditionEvent.violated(type, type.getName() + " is open for inheritance"));
                    }
                }
            });

    @ArchTest
    static final ArchRule there_is_no_static_state =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule nothing_is_deserialized = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream");

    @ArchTest
    static final ArchRule the_engine_does_not_reflect = noClasses()
            .that()
            .resideInAPackage("dev.datasync.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.reflect..");

    @ArchTest
    static final ArchRule nothing_ends_the_process = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
}
