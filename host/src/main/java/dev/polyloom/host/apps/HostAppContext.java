// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.FunctionControl;
import dev.polyloom.host.terminal.Line;
import java.util.Map;
import java.util.Optional;

/** What the host lends to one app: its secrets and the terminal. */
record HostAppContext(String app, AppsConfig config, FunctionControl control)
        implements AppContext {

    @Override
    public Optional<Map<String, String>> secret(String name) {
        return Optional.ofNullable(config.secrets().get(name));
    }

    @Override
    public void output(String function, boolean error, String line) {
        config.terminal().show(new Line.Guest(app, function, error, line));
    }

    @Override
    public void progress(String message) {
        config.terminal().show(new Line.Progress(app, message));
    }

    @Override
    public boolean development() {
        return config.development();
    }
}
