// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.AppSource.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppSourcesTest {

    @TempDir Path folder;

    private void file(String... names) throws Exception {
        for (var name : names) {
            var path = folder.resolve(name);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "");
        }
    }

    private List<AppSource> find(String... arguments) throws Exception {
        return AppSources.of(List.of(arguments), folder, false).scan();
    }

    private List<String> names(String... arguments) throws Exception {
        return find(arguments).stream()
                .map(source -> folder.relativize(source.path()).toString())
                .toList();
    }

    @Test
    void makesAnAppOfEachFile() throws Exception {
        file("f/b.py", "f/a.py", "f/C.java", "f/d.jar", "f/readme.md", "f/data.csv");
        assertThat(names("f")).containsExactly("f/C.java", "f/a.py", "f/b.py", "f/d.jar");
        assertThat(find("f/C.java")).extracting(AppSource::language).containsExactly(Language.JAVA);
    }

    @Test
    void makesOneAppOfAFolderWithAMainFileOrRequirements() throws Exception {
        file(
                "f/one/main.py",
                "f/two/app.py",
                "f/three/pyproject.toml",
                "f/four/requirements.txt",
                "f/plain/helper.py",
                "f/java/Hello.java",
                "f/maven/Hello.java",
                "f/maven/pom.xml");
        assertThat(names("f")).containsExactly("f/four", "f/java", "f/one", "f/three", "f/two");
        assertThat(names("f/one")).containsExactly("f/one");
    }

    @Test
    void skipsWhatIsHiddenGeneratedOrATest() throws Exception {
        file(
                "f/a.py",
                "f/.hidden.py",
                "f/__init__.py",
                "f/conftest.py",
                "f/test_a.py",
                "f/a_test.py",
                "f/ATest.java",
                "f/.git/main.py",
                "f/__pycache__/main.py",
                "f/env/pyvenv.cfg",
                "f/env/main.py",
                "f/tests/main.py",
                "f/node_modules/main.py",
                "f/target/main.py");
        assertThat(names("f")).containsExactly("f/a.py");
    }

    @Test
    void readsTargets() throws Exception {
        file("a.py", "B.java");
        assertThat(find("a.py:web.app", "a.py::square", "B.java::hello"))
                .extracting(source -> source.target().orElseThrow())
                .containsExactly(
                        new Target.Attribute("web.app"),
                        new Target.Function("square"),
                        new Target.Function("hello"));
    }

    @Test
    void namesEachSourceOnce() throws Exception {
        file("f/a.py");
        assertThat(names("f", "f/a.py", "./f/../f/a.py")).containsExactly("f/a.py");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "none", "none.py:app", "a.txt", "a.py:", "a.py::", "B.java:x", "f:app"})
    void refusesWhatCannotBeServed(String argument) throws Exception {
        file("a.txt", "a.py", "B.java", "f/x.py");
        assertThatThrownBy(() -> find(argument))
                .isInstanceOf(AppSourceException.class)
                .message()
                .isNotBlank();
    }
}
