package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.presence.Attendance;
import dev.mirror.gateway.presence.Listening;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.Refusal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Subscribe: a handshake without a cursor is answered at once, a poll with one when there is something, or when it was
 * held long enough. Both forms wait in one stream.
 */
public final class SubscribeEndpoints {
    private static final ErrorStyle STYLE = ErrorStyle.service("Access Manager");

    private final Stream stream;
    private final Access access;
    private final Waiting waiting;
    private final Bookmarks bookmarks;

    /**
     * What subscribing is made of.
     *
     * @param attendance hears of who polls
     */
    public record Sources(ChannelNames names, Groups groups, Attendance attendance) {}

    /** Puts them together. */
    public SubscribeEndpoints(Stream stream, Access access, Sources sources, Stream.Surroundings surroundings) {
        this.stream = stream;
        this.access = access;
        this.waiting = new Waiting(stream, access, new RightsWatch(surroundings), sources);
        this.bookmarks = new Bookmarks(stream);
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        routes.add("GET", "/v2/subscribe/{sub}/{channels}/{callback}", STYLE, this::versionTwo);
        routes.add("GET", "/subscribe/{sub}/{channels}/{callback}/{timetoken}", STYLE, this::versionOne);
    }

    private CompletionStage<Answer> versionTwo(Request request) {
        Names names = Names.of(request);
        Query query = request.query();
        if (query.get("tt").isPresent() && query.number("tt").isEmpty()) {
            throw new Refusal(400, "Invalid Timetoken");
        }
        long region = query.number("tr").orElse(0);
        Cursor after = new Cursor(query.number("tt").orElse(0), (int) Math.min(region, Integer.MAX_VALUE));
        Predicate<Entry> filter =
                query.get("filter-expr").map(EntryFilter::compile).orElse(entry -> true);
        return answer(
                request, names, new Wish(after, filter), batch -> VersionTwo.write(request.segment("sub"), batch));
    }

    private CompletionStage<Answer> versionOne(Request request) {
        Names names = Names.of(request);
        Cursor after = VersionOne.cursor(request.segment("timetoken"))
                .orElseThrow(() -> new Refusal(400, "Invalid Timetoken"));
        Wish wish = new Wish(after, VersionOne::tellsOf);
        return answer(request, names, wish, batch -> {
            Batch told = after.timetoken() == 0 ? bookmarks.goesOn(request, batch) : batch;
            bookmarks.reached(request, told.cursor());
            return VersionOne.write(told, names.shape(), stream.plainRegion());
        });
    }

    private record Wish(Cursor after, Predicate<Entry> filter) {}

    private CompletionStage<Answer> answer(Request request, Names names, Wish wish, Function<Batch, String> writer) {
        request.refuseCallback();
        Access.Resources resources = new Access.Resources(names.channels, names.groups);
        return access.check(request, Permission.READ, resources)
                .thenCompose(allowed -> wish.after.timetoken() == 0
                        ? waiting.handshake(request, resources)
                        : waiting.poll(request, resources, wish.after, wish.filter))
                .thenApply(batch -> Answer.ok(writer.apply(batch)));
    }

    /** The names in a request, checked. */
    private record Names(List<String> channels, List<String> groups) {
        static Names of(Request request) {
            Names names = new Names(
                    distinct(Query.elements(request.segment("channels"))),
                    distinct(request.query().list("channel-group")));
            boolean valid = names.channels.stream().allMatch(Names::isChannel)
                    && names.groups.stream().map(ChannelNames::withoutPresence).allMatch(ChannelNames::isGroup);
            if (!valid || (names.channels.isEmpty() && names.groups.isEmpty())) {
                throw new Refusal(400, "Invalid Channel");
            }
            if (!Listening.isWithinLimits(names.channels, names.groups)) {
                throw new Refusal(400, "Too Many Channels");
            }
            return names;
        }

        private static List<String> distinct(List<String> names) {
            return names.stream().distinct().toList();
        }

        private static boolean isChannel(String name) {
            String base = ChannelNames.withoutPresence(name);
            return ChannelNames.isName(base) || ChannelNames.isWildcard(base);
        }

        VersionOne.Shape shape() {
            boolean matched = !groups.isEmpty()
                    || channels.stream().map(ChannelNames::withoutPresence).anyMatch(ChannelNames::isWildcard);
            if (matched) {
                return VersionOne.Shape.MATCHED;
            }
            return channels.size() == 1 ? VersionOne.Shape.ONE : VersionOne.Shape.MANY;
        }
    }
}
