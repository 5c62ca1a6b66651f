package dev.mirror.gateway.subscribe;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.presence.Attendance;
import dev.mirror.gateway.presence.Listening;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.Access.Resources;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Interest;
import dev.mirror.gateway.stream.Poll;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.gateway.wire.Refusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Polls in the stream, for as long as their clients are there and may listen, and up to date with the groups they named.
 */
final class Waiting {
    private static final Logger LOG = System.getLogger(Waiting.class.getName());

    private final Stream stream;
    private final Access access;
    private final RightsWatch rights;
    private final Listening listening;
    private final Groups groups;
    private final Attendance attendance;

    Waiting(Stream stream, Access access, RightsWatch rights, SubscribeEndpoints.Sources sources) {
        this.stream = stream;
        this.access = access;
        this.rights = rights;
        this.listening = new Listening(sources.names(), sources.groups());
        this.groups = sources.groups();
        this.attendance = sources.attendance();
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
    private final class One implements RightsWatch.Held {
        private final Request request;
        private final Resources resources;
        private final List<Groups.Watch> watches;
        /** What only some may listen to, of what it listens to. */
        private volatile List<ChannelName> guarded = List.of();

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
            guarded = ofSome(question.interests());
            poll.set(begun);
            if (changed) {
                resolve(begun);
            }
            if (mayEnd()) {
                rights.add(this);
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

        /** Where nobody has to prove anything nothing can end. */
        private boolean mayEnd() {
            Keyset keyset = request.keyset();
            return switch (keyset.access()) {
                case MANAGED -> true;
                case OPEN -> keyset.names() == Keyset.Names.SHARED;
                case LEGACY -> false;
            };
        }

        private List<ChannelName> ofSome(List<Interest> interests) {
            return interests.stream()
                    .flatMap(interest -> interest.about().stream())
                    .filter(channel -> NativeAccess.isGuarded(request, channel))
                    .distinct()
                    .toList();
        }

        @Override
        public void askAgain() {
            Poll begun = poll.get();
            if (begun != null) {
                CompletableFuture.completedStage(resources)
                        .thenCompose(all -> access.still(request, Permission.READ, all))
                        .whenComplete((allowed, failure) -> {
                            if (failure == null) {
                                askForNative(begun);
                            } else {
                                endIfRefused(begun, failure);
                            }
                        });
            }
        }

        private void askForNative(Poll begun) {
            if (!guarded.isEmpty()) {
                NativeAccess.check(request, guarded).whenComplete((allowed, failure) -> {
                    if (failure != null) {
                        resolve(begun); // what is in a group is left out, and what was named is refused
                    }
                });
            }
        }

        /** What cannot be found out now is for the next time, or the next poll. */
        private static void endIfRefused(Poll begun, Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof Refusal refusal && refusal.status() == 403) {
                begun.fail(refusal);
            } else {
                LOG.log(Level.DEBUG, "a poll goes on with what it has", failure);
            }
        }

        private void resolve(Poll begun) {
            CompletionStage<List<Interest>> now =
                    listening.interests(request, resources.channels(), resources.groups());
            now.whenComplete((interests, failure) -> {
                if (failure == null) {
                    guarded = ofSome(interests);
                    begun.change(interests);
                    attendance.listens(request, interests);
                } else {
                    endIfRefused(begun, failure);
                }
            });
        }

        void end() {
            rights.remove(this);
            watches.forEach(Groups.Watch::close);
        }
    }
}
