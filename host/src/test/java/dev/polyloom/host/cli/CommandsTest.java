// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.host.embed.HostLimits;
import dev.polyloom.host.server.TlsConfig;
import dev.polyloom.host.server.TransportConfig;
import dev.polyloom.host.server.WebSocketConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandsTest {

    private record Ran(int code, String out, String err) {}

    private static Ran run(Map<String, String> environment, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var code =
                Commands.commandLine(environment)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private static ServeOptions parse(Map<String, String> environment, String... arguments) {
        var line = new CommandLine(new OptionsOnly());
        line.setDefaultValueProvider(new EnvironmentTwins(environment));
        line.parseArgs(arguments);
        return line.<OptionsOnly>getCommand().options;
    }

    @CommandLine.Command
    private static final class OptionsOnly {
        @CommandLine.Mixin private final ServeOptions options = new ServeOptions();
    }

    @Test
    void showsHelpAndVersion() {
        assertThat(run(Map.of(), "--help").out()).contains("serve", "completion");
        assertThat(run(Map.of()).out()).contains("Usage: polyloom");
        assertThat(run(Map.of(), "--version").out()).startsWith("polyloom ");
        assertThat(run(Map.of(), "serve", "--help").out())
                .contains("--host", "--port", "--[no-]reload", "--secret", "--data-dir")
                .contains("--log-format", "--log-level", "--admin-port", "--root", "--factory");
    }

    @Test
    void saysWhatWasPerhapsMeant() {
        var option = run(Map.of(), "serve", "--prot", "1", "x");
        assertThat(option.code()).isEqualTo(2);
        assertThat(option.err()).contains("--prot", "did you mean `--port`");
        var command = run(Map.of(), "sevre", "x");
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.err()).contains("did you mean `serve`?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port=70000",
                "--port=x",
                "--grace=soon",
                "--max-body=big",
                "--rate-limit=fast",
                "--rate-limit=0",
                "--rate-limit=5/x",
                "--max-replicas=0",
                "--max-ws-message=2GiB"
            })
    void refusesValuesThatMakeNoSense(String option) {
        var ran = run(Map.of(), "serve", option, "x");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("error: ", option.substring(0, option.indexOf('=')));
    }

    @Test
    void wantsBothFilesOfTls() {
        var half = run(Map.of(), "serve", "--tls-cert=c.pem", "x");
        assertThat(half.code()).isEqualTo(2);
        assertThat(half.err()).contains("--tls-cert and --tls-key need each other");
    }

    @Test
    void wantsAPath() {
        assertThat(run(Map.of(), "serve").code()).isEqualTo(2);
    }

    @Test
    void theRateLimitNeedsNoNumbers() {
        var usual = Optional.of(new RateLimit(200, 1_000));
        assertThat(rate("a.py")).isEmpty();
        assertThat(rate("--rate-limit", "a.py")).isEqualTo(usual);
        assertThat(rate("a.py", "--rate-limit")).isEqualTo(usual);
        assertThat(rate("--rate-limit", "--port=0", "a.py")).isEqualTo(usual);
        assertThat(rate("--rate-limit=50", "a.py")).contains(new RateLimit(50, 250));
        assertThat(rate("--rate-limit", "0.5/3", "a.py")).contains(new RateLimit(0.5, 3));
        assertThat(parse(Map.of("POLYLOOM_RATE_LIMIT", "7/8"), "a.py").config(Map.of()).limits())
                .isEqualTo(new HostLimits(Optional.of(new RateLimit(7, 8)), 64, 2));
    }

    private static Optional<RateLimit> rate(String... arguments) {
        var config = parse(Map.of(), arguments).config(Map.of());
        assertThat(config.paths()).containsExactly("a.py");
        return config.limits().rate();
    }

    @Test
    void readsOptions() {
        var options =
                parse(
                        Map.of(),
                        "a.py",
                        "b",
                        "--port=0",
                        "--no-reload",
                        "--grace=1500ms",
                        "--max-body=2MiB",
                        "--no-compression",
                        "--log-format=json",
                        "--max-ws-message=64KiB",
                        "--no-ws-compression",
                        "--ws-ping-interval=0",
                        "--tls-cert=c.pem",
                        "--tls-key=k.pem",
                        "--forwarded-allow-ips=10.0.0.1,10.0.0.2");
        var config = options.config(Map.of());
        assertThat(config.paths()).containsExactly("a.py", "b");
        assertThat(config.port()).isZero();
        assertThat(config.adminPort()).isEqualTo(9090);
        assertThat(config.reload()).isFalse();
        assertThat(config.grace()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.bodyBytesMax()).isEqualTo(2 << 20);
        assertThat(config.trustedProxies()).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(config.transport())
                .isEqualTo(
                        new TransportConfig(
                                new WebSocketConfig(
                                        64 << 10, false, Duration.ZERO, Duration.ofSeconds(20)),
                                Optional.of(
                                        new TlsConfig.Files(Path.of("c.pem"), Path.of("k.pem"))),
                                false));
        assertThat(options.logFormat).isEqualTo(ServeOptions.LogFormat.json);
    }

    @Test
    void takesAnOptionsTwinFromTheEnvironmentUnlessItIsGiven() {
        var environment = Map.of("POLYLOOM_PORT", "1234", "POLYLOOM_RELOAD", "false");
        assertThat(parse(environment, "x").port).isEqualTo(1234);
        assertThat(parse(environment, "x").reload).isFalse();
        assertThat(parse(environment, "x", "--port=1", "--reload").port).isEqualTo(1);
        assertThat(parse(environment, "x", "--reload").reload).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void writesCompletionScripts(String shell) {
        var ran = run(Map.of(), "completion", shell);
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("polyloom", "serve", "log-format");
    }

    @Test
    void mergesTheKeysOfASecret(@TempDir Path folder) throws Exception {
        var file =
                Files.writeString(
                        folder.resolve("s.env"), "# c\nexport A=1\nB=\"two words\"\n\nC='x=y'\n");
        assertThat(SecretOptions.parse(List.of("t:K=v=w", "t:@" + file, "other:K=", "t:A=3")))
                .isEqualTo(
                        Map.of(
                                "t",
                                Map.of("K", "v=w", "A", "3", "B", "two words", "C", "x=y"),
                                "other",
                                Map.of("K", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", ":K=hunter2", "n:hunter2", "n:=hunter2", "n:@/none/hunter"})
    void doesNotRepeatASecretThatItCannotRead(String option) {
        assertThatThrownBy(() -> SecretOptions.parse(List.of(option)))
                .isInstanceOf(SecretOptions.WrongSecretException.class)
                .message()
                .doesNotContain("hunter2");
    }
}
