package dev.mirror.gateway.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request target as it was sent, cut but not decoded: SDKs leave {@code [ ] ; + = : ,} and more as they are, and a
 * segment may have an encoded slash.
 *
 * @param path begins with a slash; of the absolute form what comes after the authority
 * @param query what stands after the first question mark; empty if there is none
 */
public record RawTarget(String path, String query) {
    /** Cuts a target; empty if it has no path. */
    public static Optional<RawTarget> parse(String target) {
        int start = target.startsWith("/") ? 0 : afterAuthority(target);
        if (start < 0) {
            return Optional.empty();
        }
        int fragment = target.indexOf('#', start);
        int end = fragment < 0 ? target.length() : fragment;
        int mark = target.indexOf('?', start);
        if (mark < 0 || mark >= end) {
            return Optional.of(new RawTarget(target.substring(start, end), ""));
        }
        return Optional.of(new RawTarget(target.substring(start, mark), target.substring(mark + 1, end)));
    }

    private static int afterAuthority(String target) {
        int scheme = target.indexOf("://");
        boolean http = target.regionMatches(true, 0, "http", 0, 4) && (scheme == 4 || scheme == 5);
        return http ? target.indexOf('/', scheme + 3) : -1;
    }

    /** The first segment, not decoded. */
    public String first() {
        int end = path.indexOf('/', 1);
        return path.substring(1, end < 0 ? path.length() : end);
    }

    /**
     * The segments, each decoded by itself; a plus sign stays one.
     *
     * @throws Refusal if one is not percent-encoded UTF-8
     */
    public List<String> segments() {
        List<String> segments = new ArrayList<>();
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            segments.add(Percent.decode(path.substring(start, end)));
            start = end + 1;
        }
        return segments;
    }
}
