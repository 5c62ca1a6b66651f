package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.presence.Attendance;
import dev.mirror.gateway.presence.Listening;
import dev.mirror.gateway.route.Access.Resources;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Interest;
import dev.mirror.gateway.stream.Poll;
import dev.mirror.gateway.stream.Stream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Polls in the stream, for as long as their clients are there, and up to date with the groups they named. */
final class Waiting {
    private static final Logger LOG = System.getLogger(Waiting.class.getName());

    private final Stream stream;
    private final Listening listening;
    private final Groups groups;
    private final Attendance attendance;

    Waiting(Stream stream, Listening listening, Groups groups, Attendance attendance) {
        this.stream = stream;
        this.listening = listening;
        this.groups = groups;
        this.attendance = attendance;
    }

    /** Nothing, and where to begin. */
    CompletionStage<Batch> handshake(Request request, Resources resources) {
        return listening
                .interests(request, resources.channels(), resources.groups())
                .thenApply(allowed -> {
                    // Before it counts as present: the next poll tells a client of its own coming.
                    Batch nothing = new Batch(List.of(), stream.now());
                    attendance.listens(request, allowed);
                    return nothing;
                });
    }

    /** What comes after the cursor. If the client goes away, that is never known. */
    CompletionStage<Batch> poll(Request request, Resources resources, Cursor after, Predicate<Entry> filter) {
        One one = new One(request, resources);
        return listening
                .interests(request, resources.channels(), resources.groups())
                .thenCompose(interests -> {
                    attendance.listens(request, interests);
                    return one.begin(new Stream.Question(interests, after, filter));
                })
                .whenComplete((batch, failure) -> one.end());
    }

    /** One request. Its groups are watched before they are resolved, so that no change falls between the two. */
    private final class One {
        private final Request request;
        private final Resources resources;
        private final List<Groups.Watch> watches;
        private final AtomicReference<@Nullable Poll> poll = new AtomicReference<>();
        private volatile boolean changed; // set by whoever changes a group

        One(Request request, Resources resources) {
            this.request = request;
            this.resources = resources;
            this.watches = resources.groups().stream()
                    .map(ChannelNames::withoutPresence)
                    .distinct()
                    .map(group -> groups.watch(request.keyset(), group, this::change))
                    .toList();
        }

        CompletionStage<Batch> begin(Stream.Question question) {
            Poll begun = stream.poll(question);
            poll.set(begun);
            if (changed) {
                resolve(begun);
            }
            request.call().onGone(() -> {
                begun.giveUp();
                end();
            });
            return begun.answer();
        }

        private void change() {
            changed = true;
            Poll begun = poll.get();
            if (begun != null) {
                resolve(begun);
            }
        }

        private void resolve(Poll begun) {
            CompletionStage<List<Interest>> now =
                    listening.interests(request, resources.channels(), resources.groups());
            now.whenComplete((interests, failure) -> {
                if (failure == null) {
                    begun.change(interests);
                    attendance.listens(request, interests);
                } else {
                    // It goes on with what it has; the next poll resolves them again.
                    LOG.log(Level.DEBUG, "a group could not be resolved again", failure);
                }
            });
        }

        void end() {
            watches.forEach(Groups.Watch::close);
        }
    }
}
