package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Draft;
import dev.mirror.sql.LogStatements.Marks;
import dev.mirror.sql.LogStatements.Place;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One transaction of the log: what it has done to the database so far, and what that means for the channels in memory
 * once it is committed. Only the writer.
 */
final class LogTransaction {
    final LogStatements statements;
    final String epoch;
    final Timetokens timetokens;
    private final ChannelTable table;
    private final Map<ChannelName, ChannelState> used = new LinkedHashMap<>();
    private final List<ChannelState> created = new ArrayList<>();
    private final List<Added> added = new ArrayList<>();
    /** And where they began before. */
    private final Map<ChannelState, Long> trimmed = new LinkedHashMap<>();

    private long nextChannel;
    private long reserving;

    private record Added(ChannelState channel, Publication publication, int bodyBytes) {}

    /**
     * What outlives a transaction.
     *
     * @param nextChannel the id of the next new channel
     */
    record Ground(ChannelTable table, String epoch, Timetokens timetokens, long nextChannel) {}

    LogTransaction(LogStatements statements, Ground ground) {
        this.statements = statements;
        this.table = ground.table;
        this.epoch = ground.epoch;
        this.timetokens = ground.timetokens;
        this.nextChannel = ground.nextChannel;
    }

    /** Looks up at once what a batch will ask for, where that is worth it. */
    void expect(List<Work<?>> batch) throws SQLException {
        if (!statements.looksAhead()) {
            return;
        }
        List<Publication.Entry> originals = new ArrayList<>();
        Set<ChannelName> channels = new LinkedHashSet<>();
        for (Work<?> work : batch) {
            work.step.draft().ifPresent(draft -> {
                originals.add(draft.entry());
                channels.add(draft.channel());
                channels.addAll(draft.copies());
            });
        }
        statements.expect(originals, table.unknown(channels));
    }

    /** Reads where the channels stand that this work is about, so that all who ask know it too. */
    void look(Work<?> work) throws SQLException {
        Draft draft = work.step.draft().orElse(null);
        if (draft != null) {
            channel(draft.channel());
            for (ChannelName copy : draft.copies()) {
                channel(copy);
            }
        }
    }

    /** The state of a channel. It stays in the table until the transaction ends. */
    ChannelState channel(ChannelName name) throws SQLException {
        ChannelState known = used.get(name);
        if (known != null) {
            return known;
        }
        ChannelState state = table.take(name, statements);
        used.put(state.name, state);
        return state;
    }

    /** What {@code channel} would get next. */
    Publication next(ChannelState channel, Publication.Entry entry) {
        Position position = new Position(epoch, channel.given + 1);
        return new Publication(channel.name, position, timetokens.next(), entry, null);
    }

    /** Adds an original; false, and nothing, if its publisher used the id before. */
    boolean add(ChannelState channel, Publication original, int bodyBytes) throws SQLException {
        boolean isNew = beginIfNew(channel);
        if (!statements.insertOriginal(channel, original)) {
            if (isNew) {
                created.remove(channel);
                channel.id = 0;
            }
            return false;
        }
        added(channel, original, bodyBytes, isNew);
        markOwn(channel, original);
        return true;
    }

    /** Adds a copy of an original that was just added. */
    void addCopy(ChannelState channel, Publication original, int bodyBytes) throws SQLException {
        ChannelState from = channel(original.channel());
        Publication copy = new Publication(
                channel.name,
                new Position(epoch, channel.given + 1),
                original.timetoken(),
                original.entry(),
                new Publication.Origin(from.name, original.position()));
        boolean isNew = beginIfNew(channel);
        statements.insertCopy(channel, copy, new Place(from, original.position().offset()));
        added(channel, copy, bodyBytes, isNew);
    }

    /** Gives a channel without a row its id; before anything that may fail, so that it is taken back then. */
    private boolean beginIfNew(ChannelState channel) {
        boolean isNew = channel.id == 0;
        if (isNew) {
            created.add(channel);
            channel.id = nextChannel;
        }
        return isNew;
    }

    private void added(ChannelState channel, Publication publication, int bodyBytes, boolean isNew)
            throws SQLException {
        channel.given = publication.position().offset();
        added.add(new Added(channel, publication, bodyBytes));
        if (isNew) {
            nextChannel++;
            statements.insertChannel(channel);
            if (channel.name.kind() == ChannelKind.DIRECT) {
                insertMarks(channel);
            }
        }
    }

    private void insertMarks(ChannelState channel) throws SQLException {
        UserId one = channel.name.sender();
        UserId other = channel.name.receiver();
        statements.insertMarks(one, channel.id, other);
        if (!one.equals(other)) {
            statements.insertMarks(other, channel.id, one);
        }
    }

    /** M2. Nobody has marks beyond the newest publication, so there is nothing to merge with. */
    private void markOwn(ChannelState channel, Publication original) throws SQLException {
        UserId publisher = original.entry().publisher();
        if (channel.name.kind() == ChannelKind.DIRECT && channel.name.belongsTo(publisher)) {
            long offset = original.position().offset();
            statements.setMarks(publisher, channel.id, new Marks(offset, offset));
        }
    }

    /** Removes the rows before an offset. */
    void trim(ChannelState channel, long first) throws SQLException {
        statements.trim(channel.id, first);
        synchronized (table.lock) {
            // Before the commit: whoever reads after it must not take the rows for lost.
            trimmed.putIfAbsent(channel, channel.stored);
            channel.stored = first;
        }
    }

    /** Sends the last of what it does; after this only the commit is missing. */
    void write() throws SQLException {
        reserving = timetokens.toReserve();
        if (reserving > 0) {
            statements.setState(LogState.TIMETOKEN, Long.toString(reserving));
        }
        statements.write();
    }

    void commit() throws SQLException {
        statements.commit();
    }

    /**
     * After the commit: what was added can be read from now on.
     *
     * @return who is to hear of it
     */
    List<LogSubscription> publish() {
        if (reserving > 0) {
            timetokens.reserved(reserving);
        }
        List<LogSubscription> listening = new ArrayList<>();
        synchronized (table.lock) {
            for (Added each : added) {
                each.channel.tail = each.publication.position().offset();
                table.hotTail.add(each.channel.hot, each.publication, each.bodyBytes);
            }
            for (ChannelState channel : trimmed.keySet()) {
                table.hotTail.forgetBefore(channel.hot, channel.stored);
            }
            for (ChannelState channel : used.values()) {
                channel.inUse = false;
                listening.addAll(channel.subscriptions);
            }
        }
        return listening;
    }

    /** What was added, in the order of the timetokens, copies after their originals. */
    List<Publication> added() {
        return added.stream().map(Added::publication).toList();
    }

    /**
     * After a rollback: as if it had never been.
     *
     * @param known whether it was rolled back; if not, the next connection tells, and until then nobody looks for rows
     *     that it may have removed
     * @return who is to hear of what it read: rows of before, which may have come to light only then
     */
    List<LogSubscription> undo(boolean known) {
        List<LogSubscription> listening = new ArrayList<>();
        created.forEach(channel -> channel.id = 0);
        synchronized (table.lock) {
            if (known) {
                trimmed.forEach((channel, before) -> channel.stored = before);
            }
            for (ChannelState channel : used.values()) {
                channel.given = channel.tail;
                channel.inUse = false;
                listening.addAll(channel.subscriptions);
            }
        }
        return listening;
    }

    /** The last row of a transaction. */
    record Newest(ChannelName channel, long offset) {}

    /** The last row that was added, if one was. */
    Optional<Newest> newest() {
        if (added.isEmpty()) {
            return Optional.empty();
        }
        Publication last = added.get(added.size() - 1).publication;
        return Optional.of(new Newest(last.channel(), last.position().offset()));
    }

    /** What the next transaction begins with, if this one was committed. */
    Ground ground() {
        return new Ground(table, epoch, timetokens, nextChannel);
    }
}
