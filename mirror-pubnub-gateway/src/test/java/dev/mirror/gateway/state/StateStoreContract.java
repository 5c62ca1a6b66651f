package dev.mirror.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.gateway.state.StateStore.Span;
import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link StateStore}, rules K1 to K5, as tests. A subclass hands in an empty store. */
abstract class StateStoreContract {
    private static final String SPACE = "groups:sub";

    abstract StateStore open();

    @Test
    void k1_whatWasWrittenCanBeRead() {
        StateStore store = open();
        assertThat(Await.value(store.get(SPACE, "a"))).isEmpty();
        assertThat(write(store, Change.put("a", "{\"x\":1}"))).isTrue();
        assertThat(Await.value(store.get(SPACE, "a"))).contains("{\"x\":1}");
        write(store, Change.put("a", "2"));
        assertThat(Await.value(store.get(SPACE, "a"))).contains("2");
        write(store, Change.remove("a"));
        assertThat(Await.value(store.get(SPACE, "a"))).isEmpty();
        assertThat(write(store, Change.remove("a"))).isTrue();
    }

    @Test
    void k2_aListIsInOrderAndHasAtMostTheLimit() {
        StateStore store = open();
        for (String key : List.of("b/2", "a/1", "b/10", "b/1", "c", "b", "b0")) {
            write(store, Change.put(key, key));
        }
        assertThat(keys(store, Span.under("b/", 10))).containsExactly("b/1", "b/10", "b/2");
        assertThat(keys(store, Span.under("b/", 2))).containsExactly("b/1", "b/10");
        assertThat(keys(store, new Span(Span.next("b/10"), Span.under("b/", 2).to(), false, 2)))
                .containsExactly("b/2");
        assertThat(keys(store, Span.under("", 10))).containsExactly("a/1", "b", "b/1", "b/10", "b/2", "b0", "c");
        assertThat(keys(store, new Span("b/1", "b/2", false, 10))).containsExactly("b/1", "b/10");
        assertThat(keys(store, new Span("a", "c", true, 2))).containsExactly("b0", "b/2");
        assertThat(keys(store, new Span("c", "a", false, 2))).isEmpty();
        assertThat(keys(store, Span.under("x", 10))).isEmpty();
    }

    @Test
    void k2_everyItemIsHandedOverInOrderAPageAtATime() {
        StateStore store = open();
        List<String> written = IntStream.range(0, StateStore.MAX_MANY + 3)
                .mapToObj(i -> "b/%05d".formatted(i))
                .toList();
        write(store, Change.put("a", ""), Change.put("c", ""));
        for (List<String> some : List.of(
                written.subList(0, StateStore.MAX_MANY), written.subList(StateStore.MAX_MANY, written.size()))) {
            write(store, some.stream().map(key -> Change.put(key, "")).toArray(Change[]::new));
        }
        List<String> read = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        Await.value(store.each(SPACE, "b/", items -> {
            items.forEach(item -> read.add(item.key()));
            pages.add(items.size());
        }));
        assertThat(read).isEqualTo(written);
        assertThat(pages).containsExactly(StateStore.MAX_MANY, 3);
    }

    @Test
    void k2_theOrderIsThatOfCodePoints() {
        StateStore store = open();
        for (String key : List.of("\uff5e", "\ud83d\ude00", "Z", "a", "\u00e9")) {
            write(store, Change.put(key, ""));
        }
        assertThat(keys(store, Span.under("", 10))).containsExactly("Z", "a", "\u00e9", "\uff5e", "\ud83d\ude00");
    }

    @Test
    void k3_theChangesOfOneWriteHappenTogether() {
        StateStore store = open();
        assertThat(write(store, Change.put("a", "1"), Change.put("b", "2"))).isTrue();
        assertThat(write(store, Change.remove("a"), Change.add("b", "3"))).isFalse();
        assertThat(Await.value(store.list(SPACE, Span.under("", 10))))
                .containsExactly(new Item("a", "1"), new Item("b", "2"));
        assertThat(write(store, Change.remove("a"), Change.put("c", "3"))).isTrue();
        assertThat(keys(store, Span.under("", 10))).containsExactly("b", "c");
    }

    @Test
    void k4_aGuardThatDoesNotHoldChangesNothing() {
        StateStore store = open();
        assertThat(write(store, Change.take("a"))).isFalse();
        assertThat(write(store, Change.add("a", "1"))).isTrue();
        assertThat(write(store, Change.add("a", "2"))).isFalse();
        assertThat(Await.value(store.get(SPACE, "a"))).contains("1");
        assertThat(write(store, Change.take("a"))).isTrue();
        assertThat(write(store, Change.add("a", "3"))).isTrue();
    }

    @Test
    void k4_ofManyWhoAddTheSameKeyOneSucceeds() {
        StateStore store = open();
        AtomicInteger winners = new AtomicInteger();
        List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 20; i++) {
                        if (write(store, Change.add("key" + i, "by " + writer))) {
                            winners.incrementAndGet();
                        }
                    }
                }))
                .toList();
        writers.forEach(Await::value);
        assertThat(winners).hasValue(20);
    }

    @Test
    void k5_spacesAreApart() {
        StateStore store = open();
        write(store, Change.put("a", "1"));
        assertThat(Await.value(store.get("groups:other", "a"))).isEmpty();
        assertThat(Await.value(store.list("groups:other", Span.under("", 10)))).isEmpty();
        assertThat(Await.value(store.write("groups:other", List.of(Change.add("a", "2")))))
                .isTrue();
        assertThat(Await.value(store.get(SPACE, "a"))).contains("1");
    }

    @Test
    void k7_whatNoDatabaseKeepsIsRefused() {
        StateStore store = open();
        assertThatIllegalArgumentException().isThrownBy(() -> store.get(SPACE, "a\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> store.get("\u0000", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> store.list("\u0000", Span.under("", 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store.write("\u0000", List.of(Change.put("a", ""))));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("a\u0000", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("a", "\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> Span.under("\u0000", 1));
        write(store, Change.put("a", "1"));
        assertThat(Await.value(store.get(SPACE, "a"))).contains("1");
    }

    @Test
    void longKeysAndValuesFit() {
        StateStore store = open();
        String key = "é".repeat(StateStore.MAX_KEY);
        String value = "\u2028".repeat(StateStore.MAX_VALUE);
        write(store, Change.put(key, value));
        assertThat(Await.value(store.get(SPACE, key))).contains(value);
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put(key + 'x', ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("a\nb", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("a", value + 'x'));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.put("a", "\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> Span.under("", 0));
    }

    private static boolean write(StateStore store, Change... changes) {
        return Await.value(store.write(SPACE, List.of(changes)));
    }

    private static List<String> keys(StateStore store, Span span) {
        return Await.value(store.list(SPACE, span)).stream().map(Item::key).toList();
    }
}
