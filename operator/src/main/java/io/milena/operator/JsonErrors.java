package io.milena.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Describes errors in a JSON body without Jackson's own words: they quote the body, which may hold a private key. */
final class JsonErrors {
    private JsonErrors() {}

    static Problem problem(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> Problem.invalid(pointer(unknown), "unknown field");
            case InvalidFormatException value
            when value.getTargetType().isEnum() ->
                Problem.invalid(pointer(value), "expected: " + words(value.getTargetType()));
            case MismatchedInputException type -> Problem.invalid(pointer(type), "wrong type of value");
            default -> Problem.of(Response.Status.BAD_REQUEST, "the body is not valid JSON" + place(e));
        };
    }

    private static String place(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> "/" + (step.getFieldName() == null ? step.getIndex() : step.getFieldName()))
                .collect(Collectors.joining("", "#", ""));
    }

    private static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(" or "));
    }
}
