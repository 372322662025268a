// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Locale;

/** How a function is served. */
public enum WebKind {
    WEB_ENDPOINT,
    ASGI_APP,
    WSGI_APP,
    WEB_SERVER,
    /** Callable, not served. */
    NONE;

    /** The name the functional model uses, such as {@code asgi_app}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
