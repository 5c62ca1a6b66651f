package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A conversation written down; {@code transcripts/README.md} says how. Plays it against the real hub. */
final class Transcript {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{(\\w+)}}");

    private final Path file;
    private final World world = new World();
    private final Map<String, Peer> peers = new TreeMap<>();
    private final Map<String, Protocol> protocols = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final List<Said> said = new ArrayList<>();

    private Transcript(Path file) {
        this.file = file;
    }

    /**
     * One frame of a conversation, as it went over the wire.
     *
     * @param up whether the peer said it
     * @param allowed whether the description of the wire allows it
     */
    record Said(String where, Protocol protocol, boolean up, boolean allowed, String text) {}

    static List<Path> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Plays it, and returns every frame that was said. */
    static List<Said> play(Path file) {
        Transcript transcript = new Transcript(file);
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                transcript.step(file.getFileName() + ":" + (i + 1), lines.get(i));
            }
            transcript.assertNothingElseCame("the end");
            return transcript.said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            transcript.world.close();
        }
    }

    private void step(String where, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("<")) {
            String[] parts = line.split(" ", 3);
            expect(where, parts[1], parts[2]);
            return;
        }
        assertNothingElseCame(where);
        if (line.startsWith(">")) {
            String[] parts = line.split(" ", 3);
            String text = filledIn(parts[2]);
            said.add(new Said(where, protocols.get(parts[1]), true, !parts[0].equals(">!"), text));
            peers.get(parts[1]).sayExactly(text);
        } else {
            direct(where, line);
        }
    }

    private void direct(String where, String line) {
        Matcher words = Pattern.compile("@ (\\w+) (\\w+)(?: (.+))?").matcher(line);
        assertThat(words.matches()).as("%s: %s", where, line).isTrue();
        String who = words.group(1);
        String verb = words.group(2);
        String rest = words.group(3) == null ? "" : words.group(3);
        if (who.equals("user")) {
            world.users.user(verb);
        } else if (who.equals("wait")) {
            world.advance(duration(verb));
        } else if (who.equals("revoke")) {
            world.mirror.disconnect(new UserId(verb), principal -> true, CloseReason.AUTH_REVOKED);
        } else if (who.equals("token")) {
            variables.put(verb, world.users.token(rest.substring("of ".length())));
        } else if (verb.equals("drains")) {
            world.mirror.drain();
        } else if (verb.equals("connects")) {
            connect(who, rest);
        } else if (verb.equals("leaves")) {
            peers.get(who).vanish();
        } else if (verb.equals("closed")) {
            assertThat(peers.get(who).closeCode()).as(where).isEqualTo(Integer.parseInt(rest));
        } else {
            throw new AssertionError(where + ": " + line);
        }
        world.run();
    }

    private static Duration duration(String text) {
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
    }

    private void connect(String peer, String how) {
        Matcher words =
                Pattern.compile("(v[12])(?: as (\\w+))?(?: for (\\d+s))?").matcher(how);
        assertThat(words.matches()).as("%s: %s", file, how).isTrue();
        Protocol protocol = words.group(1).equals("v1") ? Protocol.V1 : Protocol.V2;
        String user = words.group(2);
        Duration lifetime = words.group(3) == null ? null : duration(words.group(3));
        Credentials credentials =
                user == null ? Credentials.none() : new Credentials.Token(world.users.token(user, lifetime));
        protocols.put(peer, protocol);
        peers.put(peer, world.open(protocol, credentials));
    }

    private void expect(String where, String peer, String pattern) {
        assertThat(peers.get(peer).untaken())
                .as("%s: %s should get %s", where, peer, pattern)
                .isNotEmpty();
        String text = peers.get(peer).takeFirst();
        bind(pattern, text);
        assertThat(text).as(where).isEqualTo(filledIn(pattern));
        said.add(new Said(where, protocols.get(peer), false, true, text));
    }

    /** Gives the variables that are new in the pattern the values that they have in the text. */
    private void bind(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        List<String> fresh = new ArrayList<>();
        Matcher matcher = VARIABLE.matcher(pattern);
        int end = 0;
        while (matcher.find()) {
            regex.append(Pattern.quote(pattern.substring(end, matcher.start())));
            String name = matcher.group(1);
            if (variables.containsKey(name) || fresh.contains(name)) {
                regex.append("[\\w-]+");
            } else {
                regex.append("([\\w-]+)");
                fresh.add(name);
            }
            end = matcher.end();
        }
        regex.append(Pattern.quote(pattern.substring(end)));
        Matcher values = Pattern.compile(regex.toString()).matcher(text);
        if (values.matches()) {
            for (int i = 0; i < fresh.size(); i++) {
                variables.put(fresh.get(i), values.group(i + 1));
            }
        }
    }

    private String filledIn(String text) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.get(match.group(1));
            return Matcher.quoteReplacement(value == null ? match.group() : value);
        });
    }

    private void assertNothingElseCame(String where) {
        peers.forEach((name, peer) -> assertThat(peer.untaken())
                .as("%s: what %s got and nobody wrote down", where, name)
                .isEmpty());
    }
}
