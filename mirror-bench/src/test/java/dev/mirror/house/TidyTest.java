package dev.mirror.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The budgets and the words: what a reviewer would otherwise have to notice. */
class TidyTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 50;
    private static final int PARAMETERS = 5;
    private static final int COMPONENTS = 6;
    private static final int PUBLIC_TYPES_PER_PACKAGE = 12;
    private static final int PUBLIC_TYPES_OF_CORE = 35;
    private static final int CODE_LINES_OF_CORE = 3_800;
    private static final int METHODS_OF_A_PORT = 5;
    private static final int README_LINES = 150;
    private static final int EXAMPLE_LINES = 80;

    /** What must not stand in sources, with what to do instead. */
    private static final Map<Pattern, String> BANNED = Map.of(
            Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b"), "finish it, or take it out",
            Pattern.compile("\\bThread\\.sleep\\(|TimeUnit\\.[A-Z]+\\.sleep\\("),
                    "in tests: virtual time, or Await with a deadline",
            Pattern.compile("\\bArrayList<>\\(\\) *\\{\\{"), "List.of",
            Pattern.compile("Math\\.abs\\([^)]*hash"), "Math.floorMod: abs of the least int is negative");

    private static final List<Source> SOURCES = new ArrayList<>();

    /** One parsed file. */
    private record Source(Path path, CompilationUnitTree tree, SourcePositions positions, List<String> lines) {
        boolean isMain() {
            return path.toString().contains("/src/main/");
        }

        boolean isCore() {
            return isMain() && path.toString().contains("/mirror-core/");
        }

        long linesOf(Tree node) {
            long first = tree.getLineMap().getLineNumber(positions.getStartPosition(tree, node));
            return tree.getLineMap().getLineNumber(positions.getEndPosition(tree, node)) - first + 1;
        }
    }

    @BeforeAll
    static void parseEverything() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = Repository.find(".java");
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree tree : task.parse()) {
                Path path = Path.of(tree.getSourceFile().toUri());
                SOURCES.add(new Source(path, tree, positions, Files.readAllLines(path)));
            }
        }
        assertThat(SOURCES).as("sources of every module").hasSizeGreaterThan(100);
    }

    @Test
    void filesFitTheirBudget() {
        assertThat(SOURCES.stream()
                        .filter(source -> source.isMain() && source.lines.size() > FILE_LINES)
                        .map(source -> source.lines.size() + " lines: " + Repository.name(source.path)))
                .as("main files of more than " + FILE_LINES + " lines: split them by concept")
                .isEmpty();
    }

    @Test
    void methodsFitOnOneScreen() {
        List<String> tooLong = new ArrayList<>();
        eachMethod((source, method) -> {
            long lines = source.linesOf(method);
            if (source.isMain() && lines > METHOD_LINES) {
                tooLong.add(lines + " lines: " + Repository.name(source.path) + " " + method.getName());
            }
        });
        assertThat(tooLong)
                .as("methods of more than " + METHOD_LINES + " lines")
                .isEmpty();
    }

    @Test
    void parametersAreFew() {
        List<String> tooMany = new ArrayList<>();
        eachMethod((source, method) -> {
            int parameters = method.getParameters().size();
            boolean constructor = method.getName().contentEquals("<init>");
            int limit = constructor ? COMPONENTS : PARAMETERS;
            if (source.isMain() && parameters > limit) {
                tooMany.add(parameters + " parameters: " + Repository.name(source.path) + " " + method.getName());
            }
        });
        assertThat(tooMany)
                .as("more than " + PARAMETERS + " parameters: a value is missing")
                .isEmpty();
    }

    @Test
    void publicSurfaceIsSmall() {
        Map<String, Integer> types = new TreeMap<>();
        int core = 0;
        for (Source source : SOURCES) {
            for (Tree type : source.tree.getTypeDecls()) {
                boolean isPublic = type instanceof ClassTree declared
                        && declared.getModifiers().getFlags().contains(Modifier.PUBLIC);
                if (source.isMain() && isPublic) {
                    types.merge(source.tree.getPackageName().toString(), 1, Integer::sum);
                    core += source.isCore() ? 1 : 0;
                }
            }
        }
        types.values().removeIf(count -> count <= PUBLIC_TYPES_PER_PACKAGE);
        assertThat(types)
                .as("packages with more than " + PUBLIC_TYPES_PER_PACKAGE + " public types")
                .isEmpty();
        assertThat(core).as("public types of core").isLessThanOrEqualTo(PUBLIC_TYPES_OF_CORE);
    }

    /** Lines that say something: not blank, a comment, an import, an annotation alone, or a closing bracket alone. */
    @Test
    void coreStaysSmall() {
        Pattern silent = Pattern.compile("\\s*(//.*|/?\\*.*|[})\\]]+[;,]?|@Override|)|import .*|package .*");
        long lines = SOURCES.stream()
                .filter(Source::isCore)
                .flatMap(source -> source.lines.stream())
                .filter(line -> !silent.matcher(line).matches())
                .count();
        assertThat(lines).as("code lines of core").isLessThanOrEqualTo(CODE_LINES_OF_CORE);
    }

    @Test
    void portsFitOnOneScreen() {
        List<String> tooBig = new ArrayList<>();
        for (Source source : SOURCES) {
            for (Tree type : source.tree.getTypeDecls()) {
                if (source.isCore()
                        && source.path.toString().contains("/spi/")
                        && type.getKind() == Tree.Kind.INTERFACE) {
                    long methods = ((ClassTree) type)
                            .getMembers().stream()
                                    .filter(member -> member instanceof MethodTree)
                                    .count();
                    if (methods > METHODS_OF_A_PORT) {
                        tooBig.add(methods + " methods: " + Repository.name(source.path));
                    }
                }
            }
        }
        assertThat(tooBig)
                .as("ports of more than " + METHODS_OF_A_PORT + " methods")
                .isEmpty();
    }

    @Test
    void bannedWordsAreAbsent() {
        List<String> found = new ArrayList<>();
        for (Source source : SOURCES) {
            if (source.path.endsWith("TidyTest.java")) {
                continue;
            }
            for (int i = 0; i < source.lines.size(); i++) {
                String line = source.lines.get(i);
                int number = i + 1;
                BANNED.forEach((pattern, instead) -> {
                    boolean applies = !instead.startsWith("in tests") || !source.isMain();
                    if (applies && pattern.matcher(line).find()) {
                        found.add(Repository.name(source.path) + ":" + number + " instead: " + instead);
                    }
                });
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void o41_thePageNeverParsesHtml() {
        assertThat(Repository.find(".js").stream()
                        .filter(path -> Pattern.compile(
                                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function")
                                .matcher(Repository.read(path))
                                .find())
                        .map(Repository::name))
                .as("scripts that turn text into HTML or code: use textContent")
                .isEmpty();
    }

    @Test
    void documentsHaveOneTitleAndTheReadmeIsShort() {
        List<String> wrong = new ArrayList<>();
        for (Path document : Repository.find(".md")) {
            String outsideCode = Pattern.compile("```.*?```", Pattern.DOTALL)
                    .matcher(Repository.read(document))
                    .replaceAll("");
            long titles =
                    outsideCode.lines().filter(line -> line.startsWith("# ")).count();
            if (titles != 1) {
                wrong.add(titles + " titles: " + Repository.name(document));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(Repository.read(Repository.ROOT.resolve("README.md")).lines().count())
                .as("lines of README.md")
                .isLessThanOrEqualTo(README_LINES);
    }

    @Test
    void snippetsOfTheReadmeAreCompiled() {
        String compiled = normalized(Repository.find(".java").stream()
                .filter(path -> path.toString().contains("/examples/"))
                .map(Repository::read)
                .reduce("", String::concat));
        List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Repository.read(Repository.ROOT.resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(snippets)
                .isNotEmpty()
                .allSatisfy(snippet -> assertThat(compiled)
                        .as("a snippet stands, line by line, in a file of examples")
                        .contains(normalized(snippet)));
    }

    @Test
    void examplesAreShort() {
        assertThat(SOURCES.stream()
                        .filter(source -> source.isMain()
                                && source.path.toString().contains("/examples/")
                                && source.lines.size() > EXAMPLE_LINES)
                        .map(source -> Repository.name(source.path)))
                .as("examples of more than " + EXAMPLE_LINES + " lines")
                .isEmpty();
    }

    /** What is done with each method. */
    private interface MethodCheck {
        void check(Source source, MethodTree method);
    }

    private static void eachMethod(MethodCheck check) {
        for (Source source : SOURCES) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void nothing) {
                    check.check(source, method);
                    return super.visitMethod(method, null);
                }
            }.scan(source.tree, null);
        }
    }

    private static String normalized(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (a, b) -> a + "\n" + b);
    }
}
