package dev.mirror.house;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mirror.testkit.contract.AuthenticatorContract;
import dev.mirror.testkit.contract.BrokerContract;
import dev.mirror.testkit.contract.ConnectionContract;
import dev.mirror.testkit.contract.ConversationsContract;
import dev.mirror.testkit.contract.PresenceContract;
import dev.mirror.testkit.contract.RelayStoreContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Which rules of its contract each adapter kept, as the reports of its kit say: the file docs/runs/conformance.ndjson. */
final class Conformance {
    static final String FILE = "conformance.ndjson";
    /** The result of a rule that was tried and kept; anything else is the reason why it was not tried. */
    static final String KEPT = "kept";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern RULE = Pattern.compile("([a-z]+\\d+_\\w+?)(?:\\(\\))?(?:\\[(\\d+)])?");
    private static final Pattern REASON = Pattern.compile("skipped: ([^\\n\\]]+)");

    static final List<Adapter> ADAPTERS = List.of(
            new Adapter(
                    "memory",
                    BrokerContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.MemoryBrokerTest",
                    0),
            new Adapter("SQLite", BrokerContract.class, "mirror-sql", "dev.mirror.sql.SqlLogContractTest", 1),
            new Adapter("PostgreSQL", BrokerContract.class, "mirror-sql", "dev.mirror.sql.SqlLogContractTest", 2),
            new Adapter(
                    "PubNub", BrokerContract.class, "mirror-server", "dev.mirror.server.PubNubBrokerContractTest", 0),
            new Adapter(
                    "memory",
                    ConversationsContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.MemoryConversationsTest",
                    0),
            new Adapter(
                    "SQLite",
                    ConversationsContract.class,
                    "mirror-sql",
                    "dev.mirror.sql.SqlConversationsContractTest",
                    1),
            new Adapter(
                    "PostgreSQL",
                    ConversationsContract.class,
                    "mirror-sql",
                    "dev.mirror.sql.SqlConversationsContractTest",
                    2),
            new Adapter(
                    "memory",
                    RelayStoreContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.MemoryRelayStoreTest",
                    0),
            new Adapter("SQLite", RelayStoreContract.class, "mirror-sql", "dev.mirror.sql.SqlRelayStoreTest", 1),
            new Adapter("PostgreSQL", RelayStoreContract.class, "mirror-sql", "dev.mirror.sql.SqlRelayStoreTest", 2),
            new Adapter(
                    "memory",
                    PresenceContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.MemoryPresenceTest",
                    0),
            new Adapter(
                    "SQLite",
                    AuthenticatorContract.class,
                    "mirror-sql",
                    "dev.mirror.sql.accounts.AccountsContractTest",
                    1),
            new Adapter(
                    "PostgreSQL",
                    AuthenticatorContract.class,
                    "mirror-sql",
                    "dev.mirror.sql.accounts.AccountsContractTest",
                    2),
            new Adapter(
                    "the fake for tests",
                    AuthenticatorContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.StaticAuthenticatorTest",
                    0),
            new Adapter(
                    "the fake for tests",
                    ConnectionContract.class,
                    "mirror-testkit",
                    "dev.mirror.testkit.contract.RecordingConnectionTest",
                    0));

    /**
     * Something that keeps a contract.
     *
     * @param name what it keeps things in
     * @param kit the rules, as tests
     * @param module where the kit is run on it
     * @param test the class that does so
     * @param index which of the class's runs it is, from 1; 0 if there is one
     */
    record Adapter(String name, Class<?> kit, String module, String test, int index) {
        String port() {
            return kit.getSimpleName().replace("Contract", "");
        }

        /** Every rule of the kit. */
        Set<String> rules() {
            Set<String> rules = new TreeSet<>();
            for (Class<?> type = kit; type != null; type = type.getSuperclass()) {
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(Method::getName)
                        .forEach(rules::add);
            }
            return rules;
        }

        /** What the last build said, rule by rule; empty if it did not run the kit, or before the kit was last changed. */
        Optional<Map<String, String>> reported() throws IOException {
            Path report = Repository.ROOT.resolve(module).resolve("target/surefire-reports/TEST-" + test + ".xml");
            if (!Files.exists(report)
                    || Files.getLastModifiedTime(report).compareTo(Files.getLastModifiedTime(classFile())) < 0) {
                return Optional.empty();
            }
            Map<String, String> results = results(report);
            return results.keySet().equals(rules()) ? Optional.of(results) : Optional.empty();
        }

        private Path classFile() {
            try {
                Path place = Path.of(
                        kit.getProtectionDomain().getCodeSource().getLocation().toURI());
                Path file = place.resolve(kit.getName().replace('.', '/') + ".class");
                return Files.isDirectory(place) ? file : place;
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private Map<String, String> results(Path report) throws IOException {
            Map<String, String> results = new TreeMap<>();
            NodeList cases;
            try {
                cases = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getElementsByTagName("testcase");
            } catch (ParserConfigurationException | SAXException e) {
                throw new IOException(report.toString(), e);
            }
            for (int i = 0; i < cases.getLength(); i++) {
                Element one = (Element) cases.item(i);
                var name = RULE.matcher(one.getAttribute("name"));
                boolean mine =
                        name.matches() && (index == 0 || String.valueOf(index).equals(name.group(2)));
                if (mine && rules().contains(name.group(1))) {
                    results.merge(name.group(1), result(one), (first, other) -> first.equals(KEPT) ? other : first);
                }
            }
            return results;
        }

        private static String result(Element one) {
            NodeList skipped = one.getElementsByTagName("skipped");
            if (skipped.getLength() > 0) {
                var reason = REASON.matcher(skipped.item(0).getTextContent());
                return reason.find() ? reason.group(1).strip() : "skipped";
            }
            boolean failed = one.getElementsByTagName("failure").getLength()
                            + one.getElementsByTagName("error").getLength()
                    > 0;
            return failed ? "broken" : KEPT;
        }
    }

    /** Result by rule, by adapter. */
    private final Map<Adapter, Map<String, String>> results = new LinkedHashMap<>();

    /** What is written down. */
    static Conformance read() throws IOException {
        Conformance written = new Conformance();
        Path file = Runs.FOLDER.resolve(FILE);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            JsonNode node = JSON.readTree(line);
            for (Adapter adapter : ADAPTERS) {
                if (adapter.name.equals(node.path("adapter").textValue())
                        && adapter.port().equals(node.path("port").textValue())) {
                    Map<String, String> rules = new TreeMap<>();
                    node.path("rules")
                            .properties()
                            .forEach(rule ->
                                    rules.put(rule.getKey(), rule.getValue().textValue()));
                    written.results.put(adapter, rules);
                }
            }
        }
        return written;
    }

    /** The same, with what the last build says in its place. */
    Conformance updated() throws IOException {
        Conformance newer = new Conformance();
        for (Adapter adapter : ADAPTERS) {
            adapter.reported()
                    .or(() -> Optional.ofNullable(results.get(adapter)))
                    .ifPresent(rules -> newer.results.put(adapter, rules));
        }
        return newer;
    }

    /** Result by rule; empty if nobody wrote it down. */
    Map<String, String> of(Adapter adapter) {
        return results.getOrDefault(adapter, Map.of());
    }

    /** As the file has it: a line for each adapter. */
    String text() {
        StringBuilder text = new StringBuilder();
        results.forEach((adapter, rules) -> {
            ObjectNode line =
                    JSON.createObjectNode().put("port", adapter.port()).put("adapter", adapter.name);
            ObjectNode all = line.putObject("rules");
            rules.forEach(all::put);
            text.append(line).append('\n');
        });
        return text.toString();
    }
}
