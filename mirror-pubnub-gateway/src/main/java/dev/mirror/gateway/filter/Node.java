package dev.mirror.gateway.filter;

/**
 * A part of an expression. Its value is a {@link Boolean}, a {@link Long}, a {@link Double}, a {@link String}, a list or
 * an object as a {@link com.fasterxml.jackson.databind.JsonNode}, or {@link Evaluation#MISSING}.
 */
interface Node {
    Object value(Evaluation evaluation);
}
