package dev.mirror.gateway.presence;

import dev.mirror.gateway.wire.JsonText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what is told on the presence twin of a channel. */
final class PresenceEvent {
    private PresenceEvent() {}

    /** What happened. */
    enum Action {
        /** Somebody came. */
        JOIN("join"),
        /** Somebody left. */
        LEAVE("leave"),
        /** Somebody gave no sign of life for too long. */
        TIMEOUT("timeout"),
        /** Somebody who is there has another state. */
        STATE_CHANGE("state-change");

        private final String word;

        Action(String word) {
            this.word = word;
        }
    }

    /** @param data the state of the user; {@code null} if it is not told */
    static String of(Action action, String uuid, Instant time, int occupancy, @Nullable String data) {
        return "{\"action\":\"" + action.word + "\",\"uuid\":" + JsonText.quote(uuid) + ',' + when(time)
                + ",\"occupancy\":" + occupancy + (data == null ? "" : ",\"data\":" + data) + '}';
    }

    private static String when(Instant time) {
        return "\"timestamp\":" + time.getEpochSecond() + ",\"precise_timestamp\":" + time.toEpochMilli();
    }

    /** Who came and went in some time, as far as one event can tell. Guarded by whoever has it. */
    static final class Interval {
        private static final int MOST_NAMES = 500;

        /** Of somebody who came and went the last counts. */
        private final Map<String, Action> last = new LinkedHashMap<>();

        private boolean tooMany;

        void add(Action action, String uuid) {
            if (last.size() < MOST_NAMES || last.containsKey(uuid)) {
                last.put(uuid, action);
            } else {
                tooMany = true;
            }
        }

        boolean isEmpty() {
            return last.isEmpty();
        }

        String tell(Instant time, int occupancy) {
            StringBuilder text = new StringBuilder("{\"action\":\"interval\",")
                    .append(when(time))
                    .append(",\"occupancy\":")
                    .append(occupancy);
            if (tooMany) {
                return text.append(",\"here_now_refresh\":true}").toString();
            }
            for (Action action : Action.values()) {
                List<String> uuids = last.keySet().stream()
                        .filter(uuid -> last.get(uuid) == action)
                        .map(JsonText::quote)
                        .toList();
                if (!uuids.isEmpty()) {
                    text.append(",\"")
                            .append(action.word)
                            .append("\":[")
                            .append(String.join(",", uuids))
                            .append(']');
                }
            }
            return text.append('}').toString();
        }
    }
}
