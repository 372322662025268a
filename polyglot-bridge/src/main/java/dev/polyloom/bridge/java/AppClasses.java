// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.util.Map;

/**
 * The compiled classes of an app and the other files of its jar. Immutable.
 *
 * @param classes class bytes by binary name
 * @param resources other entries by their path
 */
record AppClasses(Map<String, byte[]> classes, Map<String, byte[]> resources) {

    AppClasses {
        classes = Map.copyOf(classes);
        resources = Map.copyOf(resources);
    }
}
