// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polyloom.benchmarks.apps.Applications;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.servers.PeerEnvironment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the commands in short and looks at what they leave, not at how fast anything was. */
@Tag("slow")
final class SmokeIT {

    @TempDir private Path folder = Path.of("");
    private final StringWriter printed = new StringWriter();

    private JsonNode run(String name, String... arguments) throws Exception {
        var screen = new PrintWriter(printed, true);
        var all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--out";
        all[arguments.length + 1] = folder.toString();
        assertThat(Main.run(screen, screen, all)).as("%s", printed).isZero();
        return JsonMapper.shared().readTree(Files.readString(folder.resolve(name + ".json")));
    }

    @Test
    void theShortFormMeasuresEveryKindOfApplication() throws Exception {
        assumeTrue(Wrk.find().isPresent(), Wrk.MISSING);
        assumeTrue(PeerEnvironment.find().isPresent(), PeerEnvironment.MISSING);
        var json = run("comparison", "--smoke");
        assertThat(json.path("applications"))
                .extracting(one -> one.path("application").asString())
                .containsExactlyInAnyOrderElementsOf(Applications.SMOKE);
        for (var application : json.path("applications")) {
            assertThat(application.path("servers").size()).as("%s", application).isEqualTo(2);
            assertThat(application.path("ratios").size()).as("%s", application).isEqualTo(1);
            for (var server : application.path("servers")) {
                assertThat(server.path("rounds").size()).as("%s", server).isEqualTo(2);
                for (var round : server.path("rounds")) {
                    assertThat(round.path("requests").asLong()).as("%s", server).isPositive();
                    assertThat(round.path("p99Millis").asDouble()).as("%s", server).isPositive();
                }
                assertThat(server.path("residentBytes").asLong()).as("%s", server).isPositive();
                assertThat(server.path("startSeconds").size()).as("%s", server).isEqualTo(1);
            }
        }
        assertThat(folder.resolve("comparison.md"))
                .content()
                .contains("| fastapi-hello | uvicorn |");
        assertThat(printed.toString()).contains("× best peer");
    }

    @Test
    void savesShow() throws Exception {
        var json = run("saves", "saves", "--only=function", "--saves=2", "--pause=0");
        assertThat(json.path("saves").path(0).path("millis").size()).isEqualTo(2);
        assertThat(json.path("saves").path(0).path("after").path("replicas").asInt()).isPositive();
        assertThat(folder.resolve("saves.md")).content().contains("| function | 2 |");
    }

    @Test
    void messagesComeBackAndIdleConnectionsAreHeld() throws Exception {
        assumeTrue(PeerEnvironment.find().isPresent(), PeerEnvironment.MISSING);
        var json = run("ws", "ws", "--smoke");
        assertThat(json.path("levels"))
                .extracting(one ->
                        one.path("server").asString() + " " + one.path("connections").asInt())
                .containsExactly("polyloom 1", "uvicorn 1", "polyloom 4", "uvicorn 4");
        for (var level : json.path("levels")) {
            var load = level.path("rounds").path(0).path("load");
            assertThat(load.path("messages").asLong()).as("%s", level).isPositive();
            assertThat(load.path("p99Millis").asDouble()).as("%s", level).isPositive();
        }
        assertThat(json.path("idle"))
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.path("afterBytes").asLong()).isPositive());
        assertThat(folder.resolve("ws.md")).content().contains("| 4 | uvicorn |");
    }

    @Test
    void startsAreTimed() throws Exception {
        var json =
                run(
                        "start",
                        "start",
                        "--only=java",
                        "--starts=1",
                        // Not with the launcher, which would build what is being built.
                        "--launch=" + new CommonOptions().launch());
        assertThat(json.path("starts").path("JAVA").path(0).path("cpuSeconds").asDouble())
                .isPositive();
        assertThat(folder.resolve("start.md")).content().contains("| java | 1 |");
    }

    @Test
    void inputsWithoutAReplicaAreTimed() throws Exception {
        var json = run("cold", "cold", "--only=java", "--apps=2", "--inputs=2");
        var inputs = json.path("cold").path(0).path("inputs");
        assertThat(inputs)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.path("startMillis").asDouble()).isPositive());
        assertThat(folder.resolve("cold.md")).content().contains("| java | 2 |");
    }

    @Test
    void functionsThatHarmThemselvesLoseNothing() throws Exception {
        var json =
                run(
                        "soak",
                        "soak",
                        "--minutes=0.3",
                        "--clients=2",
                        "--saves=6",
                        "--without=spin,swallow,hog");
        var soak = json.path("soak");
        assertThat(soak.path("faults")).isEmpty();
        assertThat(soak.path("saves").asInt()).isPositive();
        assertThat(soak.path("answers").size()).isGreaterThan(2);
        assertThat(printed.toString()).contains("all was well");
    }

    @Test
    void aStepOfClientsIsTaken() throws Exception {
        var json = run("step", "step", "--only=sync", "--replicas=2", "--clients=4", "--seconds=1");
        var step = json.path("steps").path(0);
        assertThat(step.path("failures")).isEmpty();
        assertThat(step.path("requests").asLong()).isPositive();
        assertThat(step.path("idealPerSecond").asDouble()).isEqualTo(20);
        assertThat(folder.resolve("step.md")).content().contains("| sync | 1 → 4 |");
    }

    @Test
    void functionsThatNobodyAsksHaveNoContext() throws Exception {
        assumeTrue(Wrk.find().isPresent(), Wrk.MISSING);
        var json = run("many", "many", "--functions=6", "--active=2", "--rounds=1", "--seconds=1");
        var many = json.path("many").path("many");
        assertThat(many.path("functions").asInt()).isEqualTo(6);
        assertThat(many.path("replicas").asInt()).isEqualTo(2);
        assertThat(many.path("liveBytes").asLong()).isPositive();
        assertThat(folder.resolve("many.md")).content().contains("| 6 | 2 |");
    }

    @Test
    void replicasAreAddedBesideWorkers() throws Exception {
        assumeTrue(PeerEnvironment.find().isPresent(), PeerEnvironment.MISSING);
        var json = run("replicas", "replicas", "--counts=1,2");
        for (var server : List.of("polyloom", "uvicorn")) {
            assertThat(json.path("replicas").path(server))
                    .hasSize(2)
                    .allSatisfy(one -> assertThat(one.path("residentBytes").asLong()).isPositive());
        }
        assertThat(folder.resolve("replicas.md")).content().contains("| uvicorn | 2 |");
    }

    @Test
    void theCostOfPoolsIsMeasured() throws Exception {
        assumeTrue(Wrk.find().isPresent(), Wrk.MISSING);
        var json = run("pool", "pool", "--smoke");
        assertThat(json.path("costs"))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.path("perMicrosecond").asDouble()).isPositive());
        assertThat(folder.resolve("pool.md")).content().contains("| java-nothing | helidon |");
    }
}
