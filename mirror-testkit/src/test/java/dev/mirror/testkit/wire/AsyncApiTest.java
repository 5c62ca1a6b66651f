package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.mirror.message.MessageCode;
import dev.mirror.message.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/asyncapi.yaml agrees with what the hub does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncApiTest {
    private static final Path FILE = Path.of("../docs/asyncapi.yaml");

    private final ObjectMapper json = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private JsonNode document;
    /** By channel, direction and code. */
    private final Map<String, JsonSchema> schemas = new TreeMap<>();

    @BeforeAll
    void read() throws IOException {
        document = new YAMLMapper().readTree(FILE.toFile());
        for (JsonNode operation : document.path("operations")) {
            boolean up = operation.path("action").asText().equals("receive");
            String channel = operation.path("channel").path("$ref").asText();
            for (JsonNode reference : operation.path("messages")) {
                JsonNode message = resolved(resolved(reference));
                String key = channel + " " + up + " " + message.path("name").asText();
                assertThat(schemas.put(key, schema(message.path("payload"))))
                        .as(key)
                        .isNull();
            }
        }
    }

    private JsonNode resolved(JsonNode reference) {
        JsonNode target = document.at(reference.path("$ref").asText().substring(1));
        assertThat(target.isMissingNode()).as(reference.toString()).isFalse();
        return target;
    }

    private JsonSchema schema(JsonNode payload) {
        ObjectNode root = json.createObjectNode();
        root.set("components", document.path("components"));
        root.putArray("allOf").add(payload);
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(root);
    }

    private Set<String> complaints(Protocol protocol, boolean up, String text) {
        JsonNode frame;
        try {
            frame = json.readTree(text);
        } catch (JsonProcessingException e) {
            return Set.of("not JSON");
        }
        String channel = "#/channels/" + (protocol == Protocol.V1 ? "versionOne" : "versionTwo");
        JsonSchema schema =
                schemas.get(channel + " " + up + " " + frame.path("code").asText());
        if (schema == null) {
            return Set.of("no message has this code");
        }
        Set<String> complaints = new HashSet<>();
        for (ValidationMessage message : schema.validate(frame)) {
            complaints.add(message.getMessage());
        }
        return complaints;
    }

    static Stream<Path> transcripts() {
        return Transcript.all().stream();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void everyFrameOfTheTranscriptsKeepsItsSchema(Path file) {
        for (Transcript.Said said : Transcript.play(file)) {
            Set<String> complaints = complaints(said.protocol(), said.up(), said.text());
            assertThat(complaints.isEmpty())
                    .as("%s %s allowed: %s", said.where(), said.text(), complaints)
                    .isEqualTo(said.allowed());
        }
    }

    @Test
    void everyCodeHasAMessageAndEveryMessageACode() {
        Set<String> named = new HashSet<>();
        document.path("components")
                .path("messages")
                .forEach(message -> named.add(message.path("name").asText()));
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(MessageCode.values())
                        .map(MessageCode::wire)
                        .toList());
    }

    @Test
    void everyMessageIsSaidInSomeTranscript() {
        Set<String> said = new HashSet<>();
        for (Path file : Transcript.all()) {
            for (Transcript.Said each : Transcript.play(file)) {
                if (each.allowed()) {
                    String channel = each.protocol() == Protocol.V1 ? "versionOne" : "versionTwo";
                    said.add("#/channels/" + channel + " " + each.up() + " "
                            + Peer.parse(each.text()).path("code").asText());
                }
            }
        }
        assertThat(said).containsExactlyInAnyOrderElementsOf(schemas.keySet());
    }

    @Test
    void everyReferenceHasATarget() {
        List<JsonNode> references = new ArrayList<>(document.findParents("$ref"));
        assertThat(references).hasSizeGreaterThan(100);
        references.forEach(this::resolved);
    }

    /** A check of the check: what the rules forbid is not allowed by the schemas either. */
    @Test
    void whatTheRulesForbidTheSchemasForbid() {
        assertForbidden(true, "{'code':'session.ping','id':''}");
        assertForbidden(true, "{'code':'session.ping','id':'" + "i".repeat(37) + "'}");
        assertForbidden(true, "{'code':'session.ping','id':5}");
        assertForbidden(true, "{'code':'channel.publish','channel':'a..b','data':1}");
        assertForbidden(true, "{'code':'channel.publish','channel':'a-pnpres','data':1}");
        assertForbidden(true, "{'code':'channel.publish','channel':'lobby','data':null}");
        assertForbidden(true, "{'code':'channel.subscribe','channel':'lobby','offset':1}");
        assertForbidden(true, "{'code':'channel.subscribe','data':{'channels':[]}}");
        assertForbidden(true, "{'code':'channel.history','channel':'lobby','data':{'limit':-1}}");
        assertForbidden(true, "{'code':'channel.history','channel':'a','epoch':'e','offset':1,'data':{'ts':5}}");
        assertForbidden(true, "{'code':'direct.mark','channel':'lobby','epoch':'e','data':{'read':1}}");
        assertForbidden(true, "{'code':'direct.mark','channel':'a.b','data':{'read':1}}");
        assertForbidden(true, "{'code':'direct.mark','channel':'a.b','epoch':'e','data':{}}");
        assertForbidden(true, "{'code':'direct.mark','channel':'a.b','epoch':'e','data':{'read':-1}}");
        assertForbidden(true, "{'code':'auth.refresh','data':{}}");
        assertForbidden(true, "{'code':'reply.ok','re':'r'}");
        assertForbidden(false, "{'code':'reply.ok'}");
        assertForbidden(false, "{'code':'reply.ok','re':'r','data':{'other':1}}");
        assertForbidden(false, "{'code':'reply.error','re':'r','error':{'name':'busy','retry':'after','detail':'x'}}");
        assertForbidden(false, "{'code':'reply.error','re':'r','error':{'name':'other','retry':'never','detail':'x'}}");
        assertForbidden(
                false,
                "{'code':'channel.event','userId':'a','channel':'@b','id':'i','epoch':'e','offset':1,'ts':1,'data':1}");
        assertForbidden(false, "{'code':'session.bye','data':{'code':1}}");
        assertForbidden(false, "{'code':'session.ping'}");
        assertThat(complaints(Protocol.V2, true, "{\"code\":\"session.ping\",\"id\":null,\"x\":{}}"))
                .isEmpty();
    }

    private void assertForbidden(boolean up, String frame) {
        assertThat(complaints(Protocol.V2, up, Peer.quoted(frame))).as(frame).isNotEmpty();
    }
}
