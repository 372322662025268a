// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import picocli.CommandLine.IVersionProvider;

/** The version as the build recorded it. */
final class Version implements IVersionProvider {

    private static final String UNRECORDED = "development build";

    Version() {}

    /** The version of this program. */
    static String current() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? UNRECORDED : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"polyloom " + current(), "Java " + Runtime.version()};
    }
}
