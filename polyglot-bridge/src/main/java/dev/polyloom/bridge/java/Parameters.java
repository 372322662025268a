// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.java.Texts.Read;
import dev.polyloom.sdk.Body;
import dev.polyloom.sdk.Cookie;
import dev.polyloom.sdk.Form;
import dev.polyloom.sdk.Header;
import dev.polyloom.sdk.HttpRequest;
import dev.polyloom.sdk.Path;
import dev.polyloom.sdk.Query;
import dev.polyloom.sdk.Secret;
import dev.polyloom.sdk.Upload;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Fills a method's parameters from a request. Immutable. */
final class Parameters {

    /** Reads one parameter; adds to the errors when it cannot. */
    @FunctionalInterface
    private interface Reader {
        @Nullable Object read(RequestValues values, List<FieldError> errors) throws IOException;
    }

    /** Where text comes from. */
    @FunctionalInterface
    private interface Source {
        List<String> values(RequestValues request) throws IOException;
    }

    private final List<Reader> readers = new ArrayList<>();
    private final JsonMapper json;

    Parameters(Method method, JsonMapper json, Map<String, String> secrets) {
        this.json = json;
        for (Parameter parameter : method.getParameters()) {
            readers.add(reader(parameter, secrets));
        }
    }

    /**
     * Reads all parameters.
     *
     * @throws BadRequestException with everything that is wrong
     */
    @Nullable Object[] read(RequestValues values) throws BadRequestException, IOException {
        @Nullable Object[] arguments = new Object[readers.size()];
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = readers.get(i).read(values, errors);
        }
        if (!errors.isEmpty()) {
            throw new BadRequestException(errors);
        }
        return arguments;
    }

    private Reader reader(Parameter parameter, Map<String, String> secrets) {
        if (parameter.getType() == HttpRequest.class) {
            return (values, _) -> values.request();
        }
        Secret secret = parameter.getAnnotation(Secret.class);
        if (secret != null) {
            String value = secrets.get(secret.value());
            if (value == null) {
                throw new IllegalArgumentException(
                        "no secret of the function has the key '" + secret.value() + "'");
            }
            return (_, _) -> value;
        }
        Path path = parameter.getAnnotation(Path.class);
        if (path != null) {
            String name = named(path.value(), parameter);
            return text(
                    parameter, "path", name, values -> listOf(values.path(name)), Optional.empty());
        }
        Query query = parameter.getAnnotation(Query.class);
        if (query != null) {
            return query(parameter, named(query.value(), parameter), query.defaultValue());
        }
        Header header = parameter.getAnnotation(Header.class);
        if (header != null) {
            String name =
                    named(header.value(), parameter).replace('_', '-').toLowerCase(Locale.ROOT);
            return text(
                    parameter, "header", name, v -> v.header(name), first(header.defaultValue()));
        }
        Cookie cookie = parameter.getAnnotation(Cookie.class);
        if (cookie != null) {
            String name = named(cookie.value(), parameter);
            return text(
                    parameter,
                    "cookie",
                    name,
                    v -> v.cookies().getOrDefault(name, List.of()),
                    first(cookie.defaultValue()));
        }
        Form form = parameter.getAnnotation(Form.class);
        if (form != null) {
            return form(parameter, named(form.value(), parameter), form.defaultValue());
        }
        if (parameter.isAnnotationPresent(Body.class) || !simpleOrHolder(parameter)) {
            return body(parameter.getParameterizedType());
        }
        return query(parameter, parameter.getName(), new String[0]);
    }

    private static boolean simpleOrHolder(Parameter parameter) {
        Class<?> type = parameter.getType();
        return Texts.simple(type)
                || type == OptionalInt.class
                || (type == Optional.class && Texts.simple(element(parameter)));
    }

    private static Class<?> element(Parameter parameter) {
        return parameter.getParameterizedType() instanceof ParameterizedType parameterized
                        && parameterized.getActualTypeArguments()[0] instanceof Class<?> element
                ? element
                : Object.class;
    }

    private static Reader query(Parameter parameter, String name, String[] defaultValue) {
        return text(
                parameter,
                "query",
                name,
                values -> values.query().getOrDefault(name, List.of()),
                first(defaultValue));
    }

    private static Reader form(Parameter parameter, String name, String[] defaultValue) {
        if (parameter.getType() == Upload.class || element(parameter) == Upload.class) {
            return upload(parameter.getType(), name);
        }
        Reader text =
                text(
                        parameter,
                        "body",
                        name,
                        values -> values.form().texts().getOrDefault(name, List.of()),
                        first(defaultValue));
        return (values, errors) -> {
            if (values.form().files().containsKey(name)) {
                errors.add(wrongKind("string_type", name, "Input should be a valid string"));
                return null;
            }
            return text.read(values, errors);
        };
    }

    private static Reader upload(Class<?> type, String name) {
        return (values, errors) -> {
            if (values.form().texts().containsKey(name)) {
                errors.add(wrongKind("value_error", name, "Input should be a file"));
                return null;
            }
            List<Upload> files = values.form().files().getOrDefault(name, List.of());
            if (type == List.class) {
                return files;
            }
            if (type == Optional.class) {
                return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
            }
            if (files.isEmpty()) {
                errors.add(FieldError.missing(List.of("body", name)));
                return null;
            }
            return files.getLast();
        };
    }

    private static FieldError wrongKind(String type, String name, String message) {
        return new FieldError(type, List.of("body", name), message, null);
    }

    private static Optional<String> first(String[] defaultValue) {
        return defaultValue.length == 0 ? Optional.empty() : Optional.of(defaultValue[0]);
    }

    private static String named(String given, Parameter parameter) {
        return given.isEmpty() ? parameter.getName() : given;
    }

    private static List<String> listOf(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    private static Reader text(
            Parameter parameter,
            String where,
            String name,
            Source source,
            Optional<String> defaultValue) {
        List<Object> place = List.of(where, name);
        Class<?> type = parameter.getType();
        if (type == List.class) {
            Class<?> element = element(parameter);
            return (request, errors) -> {
                List<@Nullable Object> values = new ArrayList<>();
                for (String value : source.values(request)) {
                    values.add(value(value, element, place, errors));
                }
                return values;
            };
        }
        boolean optional = type == Optional.class;
        Class<?> wanted = optional ? element(parameter) : type;
        return (request, errors) -> {
            // As in FastAPI the last of several values counts.
            List<String> values = source.values(request);
            String text = values.isEmpty() ? defaultValue.orElse(null) : values.getLast();
            if (text == null) {
                if (optional) {
                    return Optional.empty();
                }
                errors.add(FieldError.missing(place));
                return null;
            }
            Object value = value(text, wanted, place, errors);
            return optional ? Optional.ofNullable(value) : value;
        };
    }

    private static @Nullable Object value(
            String text, Class<?> type, List<Object> place, List<FieldError> errors) {
        return switch (Texts.read(text, type, place)) {
            case Read.Value(Object value) -> value;
            case Read.Wrong(FieldError error) -> {
                errors.add(error);
                yield null;
            }
        };
    }

    private Reader body(Type type) {
        JavaType target = json.constructType(type);
        return (values, errors) -> {
            byte[] bytes = values.body();
            if (bytes.length == 0) {
                errors.add(FieldError.missing(List.of("body")));
                return null;
            }
            try {
                return json.readValue(bytes, target);
            } catch (StreamReadException e) {
                errors.add(
                        new FieldError(
                                "json_invalid",
                                List.of("body", Math.max(0, e.getLocation().getByteOffset())),
                                "JSON decode error",
                                Map.of()));
            } catch (MismatchedInputException e) {
                errors.add(mismatch(e));
            } catch (JacksonException e) {
                errors.add(
                        new FieldError(
                                "value_error", List.of("body"), e.getOriginalMessage(), null));
            }
            return null;
        };
    }

    private static FieldError mismatch(MismatchedInputException e) {
        List<Object> place = new ArrayList<>();
        place.add("body");
        for (JacksonException.Reference step : e.getPath()) {
            String name = step.getPropertyName();
            place.add(name != null ? name : step.getIndex());
        }
        String message = e.getOriginalMessage();
        boolean missing =
                message.startsWith("Missing required") || message.contains("null for creator");
        return missing
                ? FieldError.missing(place)
                : new FieldError("type_error", place, message.lines().findFirst().orElse(""), null);
    }
}
