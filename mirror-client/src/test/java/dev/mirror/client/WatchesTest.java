package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.UserId;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions of presence, told by a server that is scripted frame by frame. */
final class WatchesTest {
    private final VirtualTime time = new VirtualTime();
    private final ScriptedNetwork network = new ScriptedNetwork();
    private final List<String> heard = new ArrayList<>();
    private CompletableFuture<SortedMap<UserId, String>> members;

    @BeforeEach
    void watch() {
        MirrorClient client = new VirtualClient(time, 1)
                .make(
                        network,
                        "token",
                        with -> with.onPresence(
                                (change, chat) -> heard.add(change.userId() + (change.joined() ? "+" : "-"))));
        client.connect();
        time.runAll();
        network.last().hello();
        time.runAll();
        members = client.presence("lobby");
        time.runAll();
    }

    private List<String> asked() {
        return network.last().sent.stream()
                .filter(frame -> frame.contains("presence.watch"))
                .toList();
    }

    /** Answers the last question. */
    private void answer(long version, int count, String... users) {
        String id = Json.read(asked().get(asked().size() - 1)).path("id").asText();
        String members = List.of(users).stream()
                .map(user -> "{\"userId\":\"" + user + "\",\"name\":\"" + user + "\"}")
                .collect(Collectors.joining(","));
        say("{\"code\":\"reply.ok\",\"re\":\"" + id + "\",\"channel\":\"lobby\",\"data\":{\"count\":" + count
                + ",\"version\":" + version + ",\"members\":[" + members + "]}}");
    }

    private void change(long version, String user, boolean joined) {
        say("{\"code\":\"presence.event\",\"userId\":\"" + user + "\",\"channel\":\"lobby\",\"data\":{\"name\":\""
                + user + "\",\"joined\":" + joined + ",\"version\":" + version + "}}");
    }

    private void say(String frame) {
        network.last().say(frame);
        time.runAll();
    }

    @Test
    void w45_changesThatFollowEachOtherAreTold() {
        answer(7, 1, "ann");
        change(8, "bob", true);
        change(9, "ann", false);

        assertThat(Await.value(members).keySet()).containsExactly(VirtualHub.user("ann"));
        assertThat(heard).containsExactly("bob+", "ann-");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void w45_afterAMissedChangeTheRoomIsWatchedAgainAndTheDifferenceTold() {
        answer(7, 2, "ann", "bob");
        change(9, "dan", true);
        assertThat(asked()).hasSize(2);
        assertThat(heard).as("before the answer nothing is certain").isEmpty();
        change(10, "eve", true);
        answer(10, 4, "ann", "cid", "dan", "eve");
        change(11, "cid", false);

        assertThat(heard).containsExactly("bob-", "cid+", "dan+", "eve+", "cid-");
        assertThat(asked()).hasSize(2);
    }

    @Test
    void w45_changeThatIsKnownAlreadyIsNotToldAgain() {
        answer(7, 1, "ann");
        change(7, "ann", false);
        change(8, "bob", true);
        change(8, "bob", true);
        change(6, "bob", false);

        assertThat(heard).containsExactly("bob+");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void serverThatSaysNoVersionsIsBelieved() {
        answer(0, 1, "ann");
        change(0, "bob", true);
        change(0, "bob", false);

        assertThat(heard).containsExactly("bob+", "bob-");
        assertThat(asked()).hasSize(1);
    }

    /** The answer names the first thousand by id; of the others it does not say that they are gone. */
    @Test
    void w45_whoIsBeyondTheListOfALargeRoomHasNotLeft() {
        String[] listed = IntStream.range(0, 1_000).mapToObj("a%03d"::formatted).toArray(String[]::new);
        answer(7, 1_000, listed);
        change(8, "zoe", true);
        change(10, "yan", true);
        String[] now = listed.clone();
        now[500] = "a5000";
        answer(10, 1_002, now);

        assertThat(heard).containsExactly("zoe+", "a500-", "a5000+");
    }
}
