// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads text as a simple Java type, with the words of FastAPI where it does not fit. */
final class Texts {

    /** A value, or what is wrong. */
    sealed interface Read {
        record Value(Object value) implements Read {}

        record Wrong(FieldError error) implements Read {}
    }

    private Texts() {}

    /** Whether values of a type are read from text. */
    static boolean simple(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || type == String.class
                || type == Boolean.class
                || type == Character.class
                || type == UUID.class
                || type == BigDecimal.class
                || type == BigInteger.class
                || type == Integer.class
                || type == Long.class
                || type == Short.class
                || type == Byte.class
                || type == Double.class
                || type == Float.class;
    }

    static Read read(String text, Class<?> type, List<Object> place) {
        try {
            Object value = parse(text.strip(), text, type);
            return value == null ? wrong(text, type, place) : new Read.Value(value);
        } catch (IllegalArgumentException _) {
            return wrong(text, type, place);
        }
    }

    private static @Nullable Object parse(String text, String whole, Class<?> type) {
        return switch (type.getName()) {
            case "java.lang.String" -> whole;
            case "int", "java.lang.Integer" -> Integer.valueOf(text);
            case "long", "java.lang.Long" -> Long.valueOf(text);
            case "short", "java.lang.Short" -> Short.valueOf(text);
            case "byte", "java.lang.Byte" -> Byte.valueOf(text);
            case "double", "java.lang.Double" -> Double.valueOf(text);
            case "float", "java.lang.Float" -> Float.valueOf(text);
            case "java.math.BigDecimal" -> new BigDecimal(text);
            case "java.math.BigInteger" -> new BigInteger(text);
            case "java.util.UUID" -> UUID.fromString(text);
            case "boolean", "java.lang.Boolean" -> bool(text);
            case "char", "java.lang.Character" -> whole.length() == 1 ? whole.charAt(0) : null;
            default -> type.isEnum() ? constant(text, type) : null;
        };
    }

    private static @Nullable Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes", "t", "y" -> true;
            case "false", "0", "off", "no", "f", "n" -> false;
            default -> null;
        };
    }

    private static @Nullable Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        return null;
    }

    private static Read wrong(String text, Class<?> type, List<Object> place) {
        return new Read.Wrong(
                switch (type.getName()) {
                    case "int",
                            "long",
                            "short",
                            "byte",
                            "java.lang.Integer",
                            "java.lang.Long",
                            "java.lang.Short",
                            "java.lang.Byte",
                            "java.math.BigInteger" ->
                            new FieldError(
                                    "int_parsing",
                                    place,
                                    "Input should be a valid integer, unable to parse string as an integer",
                                    text);
                    case "double",
                            "float",
                            "java.lang.Double",
                            "java.lang.Float",
                            "java.math.BigDecimal" ->
                            new FieldError(
                                    "float_parsing",
                                    place,
                                    "Input should be a valid number, unable to parse string as a number",
                                    text);
                    case "boolean", "java.lang.Boolean" ->
                            new FieldError(
                                    "bool_parsing",
                                    place,
                                    "Input should be a valid boolean, unable to interpret input",
                                    text);
                    case "java.util.UUID" ->
                            new FieldError(
                                    "uuid_parsing", place, "Input should be a valid UUID", text);
                    default ->
                            type.isEnum()
                                    ? new FieldError(
                                            "enum",
                                            place,
                                            "Input should be one of "
                                                    + List.of(type.getEnumConstants()),
                                            text)
                                    : new FieldError(
                                            "value_error", place, "Input has the wrong form", text);
                });
    }
}
