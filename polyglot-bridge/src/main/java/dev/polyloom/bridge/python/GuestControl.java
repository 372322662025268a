// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.AutoscalerChange;
import dev.polyloom.bridge.ControlJson;
import dev.polyloom.bridge.FunctionControl;
import java.util.Map;
import org.graalvm.polyglot.HostAccess;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What guest code asks of the host about functions. Called on owner threads; all that crosses is
 * text.
 */
public final class GuestControl {

    private static final String ERROR = "error";
    private static final Map<String, String> NOT_FOUND = Map.of(ERROR, "not_found");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final FunctionControl control;

    GuestControl(FunctionControl control) {
        this.control = control;
    }

    /** The fields of {@code FunctionStats} as JSON. */
    @HostAccess.Export
    public String stats(String app, String function) {
        return JSON.writeValueAsString(
                control.stats(app, function).<Object>map(ControlJson::stats).orElse(NOT_FOUND));
    }

    /** Changes how a function scales; the fields of {@code AutoscalerSettings} as JSON. */
    @HostAccess.Export
    public String update(String app, String function, String change) {
        Object answer;
        try {
            AutoscalerChange read = ControlJson.change(JSON.readTree(change));
            answer =
                    control.update(app, function, read)
                            .<Object>map(ControlJson::settings)
                            .orElse(NOT_FOUND);
        } catch (IllegalArgumentException | JacksonException e) {
            answer = Map.of(ERROR, String.valueOf(e.getMessage()));
        }
        return JSON.writeValueAsString(answer);
    }
}
