package dev.mirror.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mirror.identity.UserId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelNameTest {
    private static ChannelName name(String text) {
        return ChannelName.parse(text).orElseThrow(() -> new AssertionError("refused: " + text));
    }

    @ParameterizedTest
    @CsvSource({
        "lobby,ROOM",
        "a,ROOM",
        "a-b_C-9,ROOM",
        "ann.bob,DIRECT",
        "a.a,DIRECT",
        "@ann,INBOX",
        "pubnub:any name?,",
        "pubnub:demo.room,EXTERNAL",
        "s:x:y,EXTERNAL",
        "s:@x,EXTERNAL",
        "s:é,EXTERNAL"
    })
    void w7_theKindFollowsFromTheName(String text, ChannelKind kind) {
        if (kind == null) {
            assertThat(ChannelName.parse(text)).as("white space").isEmpty();
        } else {
            assertThat(name(text).kind()).isEqualTo(kind);
            assertThat(name(text)).hasToString(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "a.", ".b", "a..b", "a.b.c", ".a.b", "a.b.", "@", "@@a", "@a.b", "a@b", "a.@b", "@a.",
                        ":", ":x",
                "a:", "a.b:x", "@a:x", " a", "a ", "a b", "a,b", "a*", "a.*", "*", "a/b", "a\\b", "é", "a\u0000", "a\n",
                        "a\t", "😀",
                "a-pnpres", "a.b-pnpres", "a-pnpres.b", "@a-pnpres", "a-pnpres:x", "wild.*", "%61", "a.b,c", "<b>",
                        "a.\"b"
            })
    void w7_whatBreaksTheGrammarIsRefused(String text) {
        assertThat(ChannelName.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s:a,b", "s:a*", "s:a/b", "s:a\\b", "s:a b", "s:a\u0000", "s:a\u007f", "s:\ud800", "s:\t"})
    void w7_anExternalNameHasNothingThatPubNubForbids(String text) {
        assertThat(ChannelName.parse(text)).isEmpty();
    }

    @Test
    void w7_aNativeNameHasAtMost92Characters() {
        String half = "a".repeat(45);
        assertThat(name(half + "." + "b".repeat(46)).toString()).hasSize(92);
        assertThat(ChannelName.parse(half + "." + "b".repeat(47))).isEmpty();
        assertThat(name("x".repeat(64)).kind()).isEqualTo(ChannelKind.ROOM);
        assertThat(ChannelName.parse("x".repeat(65))).isEmpty();
        assertThat(name("@" + "x".repeat(64)).kind()).isEqualTo(ChannelKind.INBOX);
        assertThat(ChannelName.parse("@" + "x".repeat(65))).isEmpty();
        assertThat(ChannelName.parse("a".repeat(64) + "." + "b".repeat(27))).isPresent();
        assertThat(ChannelName.parse("a".repeat(65) + "." + "b".repeat(2))).isEmpty();
    }

    @Test
    void w7_anExternalPartHas1To92CharactersAfterItsSpace() {
        String space = "s".repeat(64) + ":";
        assertThat(name(space + "x".repeat(92)).space()).hasSize(64);
        assertThat(ChannelName.parse(space + "x".repeat(93))).isEmpty();
        assertThat(ChannelName.parse("s:" + "x".repeat(93))).isEmpty();
        assertThat(ChannelName.parse("x".repeat(1_000_000))).isEmpty();
    }

    @Test
    void o43_bothSpellingsAreOneConversation() {
        assertThat(name("bob.ann")).isEqualTo(name("ann.bob")).hasSameHashCodeAs(name("ann.bob"));
        assertThat(name("bob.ann").canonical()).isEqualTo("ann.bob");
        assertThat(name("ann.bob").canonical()).isEqualTo("ann.bob");
        assertThat(name("bob.ann")).as("the spelling is kept").hasToString("bob.ann");
        assertThat(name("ann.bob")).isNotEqualTo(name("ann.bo")).isNotEqualTo("ann.bob");
    }

    @Test
    void w7_sortedMeansByCharacterNotByAlphabet() {
        assertThat(name("a.B").canonical()).isEqualTo("B.a");
        assertThat(name("b.a1").canonical()).isEqualTo("a1.b");
        // Where one id is the beginning of the other, the dot must not take part in the comparison.
        assertThat(name("ann-.ann").canonical()).isEqualTo("ann.ann-");
        assertThat(name("ann.ann-").canonical()).isEqualTo("ann.ann-");
    }

    @Test
    void namesOfDifferentKindsAreNeverEqual() {
        assertThat(name("ann")).isNotEqualTo(name("@ann"));
        assertThat(name("s:ann.bob")).isNotEqualTo(name("ann.bob"));
    }

    @Test
    void w8_aDirectChannelBelongsToItsTwoUsersOnly() {
        ChannelName channel = name("ann.bob");
        assertThat(channel.belongsTo(new UserId("ann"))).isTrue();
        assertThat(channel.belongsTo(new UserId("bob"))).isTrue();
        for (String other : new String[] {"an", "anna", "nn", "b", "bo", "bobb", "ob", "annbob", "Ann", "BOB"}) {
            assertThat(channel.belongsTo(new UserId(other))).as(other).isFalse();
        }
        assertThat(name("ann.annie").belongsTo(new UserId("anni"))).isFalse();
        assertThat(name("x.x").belongsTo(new UserId("x"))).isTrue();
    }

    @Test
    void w8_anInboxBelongsToItsUserOnly() {
        assertThat(name("@ann").belongsTo(new UserId("ann"))).isTrue();
        assertThat(name("@ann").belongsTo(new UserId("an"))).isFalse();
        assertThat(name("@ann").belongsTo(new UserId("nn"))).isFalse();
        assertThat(name("@ann").belongsTo(new UserId("anna"))).isFalse();
        assertThat(name("ann").belongsTo(new UserId("ann")))
                .as("a room is nobody's own")
                .isFalse();
        assertThat(name("s:ann").belongsTo(new UserId("ann"))).isFalse();
    }

    @Test
    void thePartsAreThoseOfTheSpelling() {
        assertThat(name("bob.ann").sender()).isEqualTo(new UserId("bob"));
        assertThat(name("bob.ann").receiver()).isEqualTo(new UserId("ann"));
        assertThat(name("@ann").owner()).isEqualTo(new UserId("ann"));
        assertThat(name("s:x:y").space()).isEqualTo("s");
        assertThatIllegalStateException().isThrownBy(() -> name("ann").sender());
        assertThatIllegalStateException().isThrownBy(() -> name("@ann").receiver());
        assertThatIllegalStateException().isThrownBy(() -> name("ann.bob").owner());
        assertThatIllegalStateException().isThrownBy(() -> name("ann").space());
    }

    @Test
    void whatTheFactoriesMakeIsWhatParsingYields() {
        UserId ann = new UserId("ann");
        UserId bob = new UserId("bob");
        assertThat(ChannelName.room("lobby")).isEqualTo(name("lobby"));
        assertThat(ChannelName.inbox(ann)).isEqualTo(name("@ann"));
        assertThat(ChannelName.inbox(ann).owner()).isEqualTo(ann);
        assertThat(ChannelName.direct(bob, ann)).isEqualTo(name("bob.ann")).hasToString("bob.ann");
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelName.room("a.b"));
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelName.room(""));
        UserId longest = new UserId("x".repeat(64));
        assertThat(ChannelName.inbox(longest).canonical()).hasSize(65);
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelName.direct(longest, longest));
    }
}
