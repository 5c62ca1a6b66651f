package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.stream.Entry;
import java.util.function.Predicate;

/** Understands filter expressions. Safe for any thread. */
@FunctionalInterface
public interface Filters {
    /** What an expression lets through; one that cannot be understood lets nothing through, and does not fail. */
    Predicate<Entry> compile(String expression);
}
