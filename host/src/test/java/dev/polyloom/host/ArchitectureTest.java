// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom, as the design's module table says. */
final class ArchitectureTest {

    private static JavaClasses classes;

    /**
     * A module and what it must not know.
     *
     * @param name the design's name of it
     * @param packages its packages
     * @param unknown packages it has no business with
     */
    record Module(String name, String packages, List<String> unknown) {}

    private static final String HELIDON = "io.helidon..";
    private static final String GRAALVM = "org.graalvm..";
    private static final String HOST = "dev.polyloom.host..";
    private static final String BRIDGE = "dev.polyloom.bridge..";
    private static final String ISOLATES = "dev.polyloom.isolates..";
    private static final String PYTHON = "dev.polyloom.python..";

    static List<Module> modules() {
        return List.of(
                new Module(
                        "java-sdk",
                        "dev.polyloom.sdk..",
                        List.of(HELIDON, GRAALVM, HOST, BRIDGE, ISOLATES, PYTHON)),
                new Module("isolates", ISOLATES, List.of(HELIDON, GRAALVM, HOST, BRIDGE, PYTHON)),
                new Module("python-compat", PYTHON, List.of(HELIDON, HOST, BRIDGE, ISOLATES)),
                new Module("polyglot-bridge", BRIDGE, List.of(HELIDON, HOST)),
                new Module("host", HOST, List.of(GRAALVM)));
    }

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.polyloom");
        assertThat(classes).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void modulesKnowOnlyWhatTheDesignAllows(Module module) {
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(module.unknown().toArray(String[]::new))
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void onlyTheServerAndTheProxyKnowHelidon() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.polyloom.host.server..", "dev.polyloom.host.proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HELIDON)
                .check(classes);
    }

    @Test
    void onlyTheTerminalAndTheCommandLineWriteToStandardStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.polyloom.host.terminal..",
                        "dev.polyloom.host.cli..",
                        "dev.polyloom.host.prepare..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .check(classes);
    }

    @Test
    void packagesOfTheHostHaveNoCycles() {
        slices().matching("dev.polyloom.host.(*)..").should().beFreeOfCycles().check(classes);
    }
}
