// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.util.Optional;

/**
 * A file that came with a form, for a parameter that has {@link Form}.
 *
 * @param fileName as the client calls it; it may hold anything, such as a path, and is no name to
 *     write a file by
 * @param contentType what the client says that it is
 * @param content the whole of it; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // copying megabytes to compare them helps nobody
public record Upload(String fileName, Optional<String> contentType, byte[] content) {}
