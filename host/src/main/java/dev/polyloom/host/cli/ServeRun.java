// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.apps.AppSourceException;
import dev.polyloom.host.embed.HostConfig;
import dev.polyloom.host.embed.PolyloomHost;
import dev.polyloom.host.embed.RuntimeProvider;
import dev.polyloom.host.server.PortTakenException;
import dev.polyloom.host.server.TlsFilesException;
import dev.polyloom.host.terminal.JsonRenderer;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.host.terminal.Renderer;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.host.terminal.TerminalAppender;
import dev.polyloom.host.terminal.TextRenderer;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * One run of {@code serve}: starts the host, waits for the signal to end, drains. The first signal
 * drains; a second one ends the process at once.
 */
final class ServeRun {

    private static final int INTERRUPTED = 130;

    private final HostConfig config;
    private final ServeOptions options;
    private final List<RuntimeProvider> providers;
    private final PrintWriter err;
    private final CountDownLatch asked = new CountDownLatch(1);

    /** Whether threads of functions are left that cannot be stopped. */
    private boolean stuck;

    ServeRun(
            HostConfig config,
            ServeOptions options,
            List<RuntimeProvider> providers,
            PrintWriter err) {
        this.config = config;
        this.options = options;
        this.providers = providers;
        this.err = err;
    }

    /** Serves until a signal comes; the exit code. */
    int run() throws InterruptedException {
        var terminal = new Terminal(renderer(), System.out, System.err);
        TerminalAppender.install(terminal, level());
        Signals.onStop(asked::countDown, ServeRun::endAtOnce);
        int code;
        try (terminal) {
            code = serve(terminal);
        } finally {
            TerminalAppender.uninstall();
        }
        if (stuck) {
            // An ordinary exit runs the engine's shutdown hook, which waits for its threads.
            NativeEnd.skipDestructors();
            Runtime.getRuntime().halt(code);
        }
        return code;
    }

    private static void endAtOnce() {
        NativeEnd.skipDestructors();
        Runtime.getRuntime().halt(INTERRUPTED);
    }

    private int serve(Terminal terminal) throws InterruptedException {
        try {
            var host = PolyloomHost.start(config, terminal, providers);
            try (host) {
                asked.await();
                terminal.show(
                        new Line.Note(Line.Level.INFO, "draining; a second signal ends at once"));
            }
            stuck = host.abandonedThreads() > 0;
            return Commands.OK;
        } catch (AppSourceException e) {
            err.println("error: " + e.getMessage());
            return Commands.USAGE;
        } catch (TlsFilesException e) {
            err.println("error: " + e.getMessage());
            return Commands.USAGE;
        } catch (PortTakenException e) {
            err.println("error: " + e.getMessage());
            err.println("hint: `--port 0` and `--admin-port 0` pick free ones");
            return Commands.FAILED;
        }
    }

    private Renderer renderer() {
        return switch (options.logFormat) {
            case text -> new TextRenderer(colours());
            case json -> new JsonRenderer();
        };
    }

    @SuppressWarnings("SystemConsoleNull") // its type says that it may be null
    private static boolean colours() {
        var console = System.console();
        return System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"))
                && console != null
                && console.isTerminal();
    }

    private Line.Level level() {
        return switch (options.logLevel) {
            case debug -> Line.Level.DEBUG;
            case info -> Line.Level.INFO;
            case warn -> Line.Level.WARN;
            case error -> Line.Level.ERROR;
        };
    }
}
