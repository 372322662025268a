// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.python.EnvironmentSpec.Indexes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentSpecTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "--index-url=http://elsewhere", "-r /etc/passwd", "a\nb", "./here"})
    void refusesWhatIsNoPackageName(String name) {
        assertThatThrownBy(() -> EnvironmentSpec.ofPackages(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not the name of a Python package");
    }

    @Test
    void hasTheSameKeyInAnyOrderOfPackages() {
        assertThat(key(EnvironmentSpec.ofPackages(List.of("boto3", "httpx>=0.28"))))
                .isEqualTo(key(EnvironmentSpec.ofPackages(List.of(" httpx>=0.28", "boto3"))));
    }

    @Test
    void hasAnotherKeyForAnotherPlaceToLook() {
        var elsewhere =
                new Indexes(Optional.of(URI.create("https://index.test")), List.of(), List.of());
        assertThat(key(new EnvironmentSpec(List.of("boto3"), List.of(), elsewhere, false)))
                .isNotEqualTo(key(EnvironmentSpec.ofPackages(List.of("boto3"))));
    }

    @Test
    void doesNotTakeARequirementForAPackage() {
        assertThat(key(new EnvironmentSpec(List.of(), List.of("boto3"), Indexes.USUAL, false)))
                .isNotEqualTo(key(EnvironmentSpec.ofPackages(List.of("boto3"))));
    }

    @Test
    void asksNothingWhenRequirementsAreBlank() {
        assertThat(
                        new EnvironmentSpec(List.of(), List.of(" \n"), Indexes.USUAL, false)
                                .asksNothing())
                .isTrue();
    }

    private static String key(EnvironmentSpec spec) {
        ContentHash hash = new ContentHash();
        spec.addTo(hash);
        return hash.key();
    }
}
