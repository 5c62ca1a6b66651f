package dev.mirror.gateway.history;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.access.SecretProof;
import dev.mirror.gateway.actions.MessageActions;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.spi.Broker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** History in the form of before and of today, with actions, deleting, and counting. */
public final class HistoryEndpoints {
    /** How many messages of one channel an answer has at most. */
    static final int PAGE = 100;
    /** How many of each of several channels, or with actions. */
    static final int SMALL_PAGE = 25;
    /** How many channels a request may name. */
    static final int MAX_CHANNELS = 500;
    /** How far messages are counted. */
    static final int MAX_COUNTED = 10_000;

    private static final String SUB = "sub-key|sub_key/{sub}/";

    private final ChannelNames names;
    private final Access access;
    private final SecretProof proof;
    private final Messages messages;
    private final Deletions deletions;
    private final MessageActions actions;
    private final Groups groups;

    /**
     * What history is made of.
     *
     * @param proof who may delete in an open keyset
     */
    public record Sources(
            Broker broker, Groups groups, MessageActions actions, Deletions deletions, SecretProof proof) {}

    /** Puts them together. */
    public HistoryEndpoints(ChannelNames names, Access access, Sources sources) {
        this.names = names;
        this.access = access;
        this.proof = sources.proof;
        this.deletions = sources.deletions;
        this.messages = new Messages(sources.broker, sources.deletions);
        this.actions = sources.actions;
        this.groups = sources.groups;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        routes.add("GET", "/v2/history/" + SUB + "channel/{channels}", ErrorStyle.HISTORY, this::versionTwo);
        routes.add("GET", "/v3/history/" + SUB + "channel/{channels}", ErrorStyle.HISTORY, this::versionThree);
        routes.add(
                "GET", "/v3/history-with-actions/" + SUB + "channel/{channel}", ErrorStyle.HISTORY, this::withActions);
        routes.add("DELETE", "/v3/history/" + SUB + "channel/{channels}", ErrorStyle.HISTORY, this::delete);
        routes.add("GET", "/v3/history/" + SUB + "message-counts/{channels}", ErrorStyle.HISTORY, this::counts);
    }

    private CompletionStage<Answer> versionTwo(Request request) {
        Query query = request.query();
        int count = size(request, "count", PAGE);
        Span backward = new Span(time(request, "end", 0), time(request, "start", Span.NEVER));
        Span forward = new Span(behind(time(request, "start", -1)), behind(time(request, "end", Span.NEVER - 1)));
        boolean reverse = query.flag("reverse");
        Budget budget = new Budget();
        return named(request)
                .thenCompose(channels -> logs(request, channels, Permission.READ))
                .thenCompose(logs -> inTurn(
                        logs,
                        log -> reverse
                                ? messages.oldest(log, forward, count, budget)
                                : messages.newest(log, backward, count, budget)))
                .thenApply(found -> Answer.ok(VersionTwo.write(merged(reached(found, budget), count, reverse), query)));
    }

    /** One channel, or those of groups, as clients of before ask for them. */
    private CompletionStage<List<String>> named(Request request) {
        List<String> inGroups = request.query().list("channel-group");
        if (inGroups.isEmpty()) {
            List<String> channels = channels(request);
            if (channels.size() > 1) {
                throw invalid();
            }
            return CompletableFuture.completedFuture(channels);
        }
        if (inGroups.size() > Groups.MAX_NAMED || !inGroups.stream().allMatch(ChannelNames::isGroup)) {
            throw invalid();
        }
        return access.check(request, Permission.READ, new Access.Resources(List.of(), inGroups))
                .thenCompose(allowed -> each(inGroups, group -> groups.channels(request.keyset(), group)))
                .thenApply(members -> {
                    List<String> channels = Stream.concat(
                                    members.stream().flatMap(List::stream),
                                    Query.elements(request.segment("channels")).stream())
                            .distinct()
                            .toList();
                    if (channels.size() > MAX_CHANNELS) {
                        throw invalid();
                    }
                    return channels;
                });
    }

    private static List<List<Entry>> reached(List<List<Entry>> found, Budget budget) {
        return found.stream()
                .map(entries -> entries.stream()
                        .filter(entry -> budget.reaches(entry.shown().timetoken()))
                        .toList())
                .toList();
    }

    private static List<Entry> merged(List<List<Entry>> found, int count, boolean oldest) {
        if (found.size() == 1) {
            return found.get(0);
        }
        List<Entry> all = found.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(entry -> entry.shown().timetoken()))
                .toList();
        int rest = Math.max(0, all.size() - count);
        return oldest ? all.subList(0, all.size() - rest) : all.subList(rest, all.size());
    }

    private static long behind(long timetoken) {
        return timetoken + 1;
    }

    private CompletionStage<Answer> versionThree(Request request) {
        List<String> channels = channels(request);
        int most = channels.size() == 1 ? PAGE : SMALL_PAGE;
        int count = size(request, "max", most);
        Budget budget = new Budget();
        Span span = new Span(time(request, "end", 0), time(request, "start", Span.NEVER));
        return logs(request, channels, Permission.READ)
                .thenCompose(logs -> inTurn(logs, log -> messages.newest(log, span, count, budget)))
                .thenApply(found -> {
                    Map<String, List<Entry>> byName = new HashMap<>();
                    for (int i = 0; i < channels.size(); i++) {
                        byName.put(channels.get(i), found.get(i));
                    }
                    return Answer.ok(VersionThree.write(channels, byName::get, List.of(), request.query()));
                });
    }

    private CompletionStage<Answer> withActions(Request request) {
        String channel = name(request);
        int count = size(request, "max", SMALL_PAGE);
        Span span = new Span(time(request, "end", 0), time(request, "start", Span.NEVER));
        return logs(request, List.of(channel), Permission.READ)
                .thenCompose(logs -> messages.newest(logs.get(0), span, count, new Budget())
                        .thenCompose(found -> new WithActions(actions, logs.get(0)).of(found)))
                .thenApply(page -> {
                    List<Entry> entries = page.entries();
                    String text = VersionThree.write(List.of(channel), any -> entries, page.actions(), request.query());
                    return Answer.ok(
                            page.isCut() ? VersionThree.more(text, request.target(), page.first(), count) : text);
                });
    }

    /** Without a token anybody could empty everybody's history, so it takes the secret key there. */
    private CompletionStage<Answer> delete(Request request) {
        List<String> channels = channels(request);
        long start = time(request, "start", -1);
        long end = time(request, "end", -1);
        if (request.keyset().access() != Keyset.Access.MANAGED) {
            proof.require(request);
        }
        return logs(request, channels, Permission.DELETE)
                .thenCompose(logs -> {
                    if (logs.stream().anyMatch(log -> log.channel().kind() != ChannelKind.EXTERNAL)) {
                        throw new Refusal(403, "Forbidden"); // WebSocket clients would go on seeing it
                    }
                    return each(logs, log -> delete(log, deleted(start, end)));
                })
                .thenApply(done -> Answer.ok("{\"status\":200,\"error\":false,\"error_message\":\"\"}"));
    }

    /** Without the start, with the end, whichever is later. */
    private static Span deleted(long start, long end) {
        if (start < 0 || end < 0) {
            return new Span(Math.max(0, end), start < 0 ? Span.NEVER : start);
        }
        return start < end ? new Span(start + 1, end + 1) : new Span(end, start);
    }

    private CompletionStage<Boolean> delete(Messages.Log log, Span asked) {
        return messages.tail(log.channel()).thenCompose(tail -> {
            // What is not yet said is not deleted.
            Span span = new Span(
                    asked.from(),
                    Math.min(asked.to(), tail.map(HistoryEndpoints::behind).orElse(0L)));
            if (span.isEmpty()) {
                return CompletableFuture.completedFuture(true);
            }
            return deletions
                    .add(log.keyset(), log.channel(), span)
                    .thenCompose(done -> actions.forget(
                            log.keyset(), log.channel(), new MessageActions.Times(span.from(), span.to())));
        });
    }

    private CompletionStage<Answer> counts(Request request) {
        List<String> channels = channels(request);
        List<Long> since = since(request, channels.size());
        return logs(request, channels, Permission.READ)
                .thenCompose(logs -> inTurn(
                        IntStream.range(0, logs.size()).boxed().toList(),
                        i -> messages.count(logs.get(i), since.get(i), MAX_COUNTED)))
                .thenApply(counts -> Answer.ok(VersionThree.counts(channels, counts)));
    }

    private static List<Long> since(Request request, int channels) {
        Query query = request.query();
        List<String> texts = query.get("channelsTimetoken")
                .map(list -> List.of(list.split(",", -1)))
                .or(() -> query.get("timetoken").map(List::of))
                .orElseThrow(HistoryEndpoints::invalid);
        if (texts.size() != 1 && texts.size() != channels) {
            throw invalid();
        }
        List<Long> times = texts.stream().map(HistoryEndpoints::timetoken).toList();
        return times.size() == channels ? times : Collections.nCopies(channels, times.get(0));
    }

    private CompletionStage<List<Messages.Log>> logs(Request request, List<String> channels, Permission permission) {
        return access.check(request, permission, new Access.Resources(channels, List.of()))
                .thenCompose(allowed -> each(channels, name -> names.channel(request.keyset(), name)))
                .thenCompose((List<ChannelName> logs) ->
                        NativeAccess.check(request, logs).thenApply(allowed -> logs))
                .thenApply(logs -> logs.stream()
                        .map(log -> new Messages.Log(request.keyset(), log))
                        .toList());
    }

    private static <A, B> CompletionStage<List<B>> each(List<A> list, Function<A, CompletionStage<B>> work) {
        return all(list.stream().map(work).toList());
    }

    /** One after the other, so that what is read for one is gone when the next begins. */
    private static <A, B> CompletionStage<List<B>> inTurn(List<A> list, Function<A, CompletionStage<B>> work) {
        CompletionStage<List<B>> done = CompletableFuture.completedFuture(new ArrayList<>());
        for (A each : list) {
            done = done.thenCompose(before -> work.apply(each).thenApply(made -> {
                before.add(made);
                return before;
            }));
        }
        return done;
    }

    private static <B> CompletionStage<List<B>> all(List<CompletionStage<B>> stages) {
        List<CompletableFuture<B>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).collect(Collectors.toList()));
    }

    private static String name(Request request) {
        String name = request.segment("channel");
        requireName(name);
        return name;
    }

    private static List<String> channels(Request request) {
        List<String> channels = Query.elements(request.segment("channels"));
        if (channels.isEmpty() || channels.size() > MAX_CHANNELS) {
            throw invalid();
        }
        channels.forEach(HistoryEndpoints::requireName);
        return channels;
    }

    private static void requireName(String name) {
        if (!ChannelNames.isName(name)) {
            throw invalid();
        }
    }

    private static int size(Request request, String name, int most) {
        long size = request.query().get(name).map(HistoryEndpoints::timetoken).orElse((long) most);
        return size < 1 ? most : (int) Math.min(size, most);
    }

    private static long time(Request request, String name, long otherwise) {
        return request.query().get(name).map(HistoryEndpoints::timetoken).orElse(otherwise);
    }

    private static long timetoken(String text) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid();
        }
        return Long.parseLong(text);
    }

    private static Refusal invalid() {
        return new Refusal(400, "Invalid Arguments");
    }
}
