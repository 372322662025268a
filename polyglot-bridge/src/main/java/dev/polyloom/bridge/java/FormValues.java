// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.sdk.HttpError;
import dev.polyloom.sdk.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.RequestContext;

/**
 * The fields of a form, urlencoded or multipart. Immutable.
 *
 * @param texts each with all its values, in order
 * @param files each with all its files, in order
 */
record FormValues(Map<String, List<String>> texts, Map<String, List<Upload>> files) {

    private static final int PARTS_MAX = 1_000;

    /**
     * Reads a form.
     *
     * @param contentType of the body; what does not say multipart is taken for urlencoded
     * @throws HttpError when the body is not what its type says
     */
    static FormValues read(String contentType, byte[] body) {
        if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return new FormValues(
                    UrlEncoded.parse(new String(body, StandardCharsets.UTF_8)), Map.of());
        }
        try {
            return parts(new Parts().getItemIterator(new Body(contentType, body)));
        } catch (IOException | IllegalArgumentException _) {
            throw new HttpError(400, "There was an error parsing the body");
        }
    }

    private static FormValues parts(FileItemInputIterator parts) throws IOException {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        Map<String, List<Upload>> files = new LinkedHashMap<>();
        for (int count = 0; parts.hasNext(); count++) {
            if (count == PARTS_MAX) {
                throw new HttpError(
                        400, "Too many parts. Maximum number of parts is " + PARTS_MAX + ".");
            }
            FileItemInput part = parts.next();
            String name = part.getFieldName();
            if (name == null) {
                throw new HttpError(400, "A part has no name");
            }
            byte[] content = content(part);
            if (part.isFormField()) {
                texts.computeIfAbsent(name, _ -> new ArrayList<>())
                        .add(new String(content, StandardCharsets.UTF_8));
            } else {
                files.computeIfAbsent(name, _ -> new ArrayList<>())
                        .add(
                                new Upload(
                                        part.getName(),
                                        Optional.ofNullable(part.getContentType()),
                                        content));
            }
        }
        return new FormValues(texts, files);
    }

    private static byte[] content(FileItemInput part) throws IOException {
        try (InputStream in = part.getInputStream()) {
            return in.readAllBytes();
        }
    }

    /** A body that has been read, as the parser wants it. */
    private record Body(String contentType, byte[] bytes) implements RequestContext {
        @Override
        public String getCharacterEncoding() {
            return StandardCharsets.UTF_8.name();
        }

        @Override
        public long getContentLength() {
            return bytes.length;
        }

        @Override
        public String getContentType() {
            return contentType;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }

    /** The library's parser, which wants to be told what its requests are. */
    private static final class Parts
            extends AbstractFileUpload<Body, DiskFileItem, DiskFileItemFactory> {

        Parts() {
            setHeaderCharset(StandardCharsets.UTF_8);
        }

        @Override
        public FileItemInputIterator getItemIterator(Body body) throws IOException {
            return getItemIterator((RequestContext) body);
        }

        @Override
        public Map<String, List<DiskFileItem>> parseParameterMap(Body body)
                throws FileUploadException {
            return parseParameterMap((RequestContext) body);
        }

        @Override
        public List<DiskFileItem> parseRequest(Body body) throws FileUploadException {
            return parseRequest((RequestContext) body);
        }
    }
}
