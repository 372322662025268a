// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.python.StockKey.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceTextTest {

    @TempDir private Path folder;

    private Profile profile(String text) throws IOException {
        return SourceText.profile(Files.writeString(folder.resolve("some.py"), text));
    }

    @Test
    void choosesTheContextThatTheImportsSuggest() throws IOException {
        assertThat(profile("from fastapi import FastAPI\napp = FastAPI()"))
                .isEqualTo(Profile.FASTAPI);
        assertThat(profile("from flask import Flask\napp = Flask(__name__)"))
                .isEqualTo(Profile.FLASK);
        assertThat(profile("async def app(scope, receive, send): ...")).isEqualTo(Profile.PLAIN);
        assertThat(profile("from pydantic import BaseModel")).isEqualTo(Profile.FASTAPI);
        assertThat(profile("def handler(): return 1")).isEqualTo(Profile.PLAIN);
        assertThat(profile("def api():\n    from fastapi import FastAPI\n    return FastAPI()"))
                .isEqualTo(Profile.FASTAPI);
    }

    @Test
    void aFolderIsLookedThroughAndAMissingFileIsNoFault() throws IOException {
        Files.createDirectories(folder.resolve("pkg"));
        Files.writeString(folder.resolve("app.py"), "app = None");
        Files.writeString(folder.resolve("pkg/web.py"), "import starlette.routing");
        assertThat(SourceText.profile(folder)).isEqualTo(Profile.FASTAPI);
        assertThat(SourceText.profile(folder.resolve("gone.py"))).isEqualTo(Profile.PLAIN);
    }

    @Test
    void aBareNameOfABasePackageAsksForNothing() throws GuestFailure {
        SourceScan scan = new SourceScan(Set.of("Flask", "boto3", "fastapi<1"), Set.of());
        assertThat(scan.beyond(Set.of("flask", "fastapi")).packages())
                .containsExactlyInAnyOrder("boto3", "fastapi<1");
    }

    @Test
    void onlyLateCopiesOfNativeLibrariesAreSuperfluous() {
        assertThat(NativeCopies.superfluous("_core.so.dupf")).isFalse();
        assertThat(NativeCopies.superfluous("_core.so.dup10")).isTrue();
        assertThat(NativeCopies.superfluous("_core.so")).isFalse();
        assertThat(NativeCopies.superfluous("_core.so.dupx")).isFalse();
    }
}
