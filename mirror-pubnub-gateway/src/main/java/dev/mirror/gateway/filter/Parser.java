package dev.mirror.gateway.filter;

import java.util.Optional;

/** Makes nodes of an expression, by recursive descent of bounded depth. */
final class Parser {
    /** How deep brackets and signs may stand inside each other. */
    private static final int MAX_DEPTH = 50;

    private static final int MAX_NODES = 1_000;
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int HIGHEST = 6;

    private final Lexer words;
    private int depth;
    private int nodes;

    Parser(String expression) {
        this.words = new Lexer(expression);
    }

    /** The expression breaks the grammar, or is too large. */
    static final class SyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SyntaxException() {
            super(null, null, false, false);
        }
    }

    Node parse() {
        Node root = binary(OR);
        if (words.kind != Lexer.Kind.END) {
            throw new SyntaxException();
        }
        return root;
    }

    /** Values with operators of this level or higher between them, from left to right. */
    private Node binary(int level) {
        if (level > HIGHEST) {
            return unary();
        }
        Node left = binary(level + 1);
        while (true) {
            if (level == OR && words.skip("||")) {
                left = node(or(left, binary(level + 1)));
            } else if (level == AND && words.skip("&&")) {
                left = node(and(left, binary(level + 1)));
            } else {
                Optional<Operator> operator = words.operator().filter(found -> found.level == level);
                if (operator.isEmpty()) {
                    return left;
                }
                words.next();
                left = node(apply(operator.get(), left, binary(level + 1)));
            }
        }
    }

    private static Node or(Node left, Node right) {
        return evaluation ->
                Boolean.TRUE.equals(left.value(evaluation)) || Boolean.TRUE.equals(right.value(evaluation));
    }

    private static Node and(Node left, Node right) {
        return evaluation ->
                Boolean.TRUE.equals(left.value(evaluation)) && Boolean.TRUE.equals(right.value(evaluation));
    }

    private static Node apply(Operator operator, Node left, Node right) {
        return evaluation -> {
            evaluation.spend(1);
            return operator.apply(left.value(evaluation), right.value(evaluation), evaluation);
        };
    }

    private Node unary() {
        enter();
        Node node;
        if (words.skip("!")) {
            Node inner = unary();
            node = evaluation ->
                    inner.value(evaluation) instanceof Boolean value ? (Object) !value : Evaluation.MISSING;
        } else if (words.skip("-")) {
            Node inner = unary();
            node = evaluation -> Arithmetic.subtract(0L, inner.value(evaluation));
        } else {
            node = path(primary());
        }
        depth--;
        return node(node);
    }

    private Node path(Node start) {
        Node node = start;
        while (true) {
            if (words.skip(".")) {
                String name = words.word;
                require(words.kind == Lexer.Kind.NAME);
                words.next();
                node = node(element(node, evaluation -> name));
            } else if (words.skip("[")) {
                Node index = binary(OR);
                require(words.skip("]"));
                node = node(element(node, index));
            } else {
                return node;
            }
        }
    }

    private static Node element(Node container, Node index) {
        return evaluation -> Evaluation.element(container.value(evaluation), index.value(evaluation));
    }

    private Node primary() {
        String word = words.word;
        switch (words.kind) {
            case TEXT -> {
                words.next();
                return evaluation -> word;
            }
            case NUMBER -> {
                words.next();
                Object value = number(word);
                return evaluation -> value;
            }
            case NAME -> {
                words.next();
                return named(word);
            }
            default -> {
                require(words.skip("("));
                Node inner = binary(OR);
                require(words.skip(")"));
                return inner;
            }
        }
    }

    private static Object number(String word) {
        try {
            return Long.valueOf(word);
        } catch (NumberFormatException notWhole) {
            return Double.valueOf(word);
        }
    }

    private static Node named(String name) {
        return switch (name) {
            case "true" -> evaluation -> true;
            case "false" -> evaluation -> false;
            case "null" -> evaluation -> Evaluation.MISSING;
            case "meta" -> Evaluation::meta;
            case "data" -> Evaluation::data;
            default -> evaluation -> Evaluation.element(evaluation.meta(), name);
        };
    }

    private void enter() {
        depth++;
        require(depth <= MAX_DEPTH);
    }

    private Node node(Node node) {
        nodes++;
        require(nodes <= MAX_NODES);
        return node;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new SyntaxException();
        }
    }
}
