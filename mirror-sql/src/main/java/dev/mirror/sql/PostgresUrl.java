package dev.mirror.sql;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A parsed address of a PostgreSQL database. Only parameters that change where or how safely the server is reached are
 * taken: anything else could undo what the store relies on.
 *
 * @param hosts {@code host:port}, several parted by commas
 * @param name the database
 * @param user as whom
 * @param properties the password and the parameters, in pgjdbc's words
 */
record PostgresUrl(String hosts, String name, String user, Map<String, String> properties) {
    private static final String EXPECTED = "expected postgresql://user:password@host:port/name";

    /** What may be said, in the words of the server's own library and of pgjdbc, and how pgjdbc says it. */
    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry("user", "user"),
            Map.entry("password", "password"),
            Map.entry("sslmode", "sslmode"),
            Map.entry("sslrootcert", "sslrootcert"),
            Map.entry("sslcert", "sslcert"),
            Map.entry("sslkey", "sslkey"),
            Map.entry("sslpassword", "sslpassword"),
            Map.entry("channel_binding", "channelBinding"),
            Map.entry("channelBinding", "channelBinding"),
            Map.entry("targetServerType", "targetServerType"),
            Map.entry("application_name", "ApplicationName"),
            Map.entry("ApplicationName", "ApplicationName"),
            Map.entry("currentSchema", "currentSchema"));

    /** @throws IllegalArgumentException with a sentence that does not quote the URL, which may hold a password */
    static PostgresUrl parse(String url, @Nullable String password) {
        String rest = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        String scheme = rest.startsWith("postgres:") ? "postgres://" : "postgresql://";
        if (!rest.startsWith(scheme)) {
            throw new IllegalArgumentException("this is no address of a PostgreSQL database; " + EXPECTED);
        }
        rest = rest.substring(scheme.length());
        Map<String, String> properties = new TreeMap<>();
        int query = rest.indexOf('?');
        if (query >= 0) {
            parameters(rest.substring(query + 1), properties);
            rest = rest.substring(0, query);
        }
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String hosts = authority.substring(authority.lastIndexOf('@') + 1);
        if (hosts.isEmpty() || !hosts.matches("[A-Za-z0-9._:,\\[\\]-]+")) {
            throw new IllegalArgumentException("the address of the database has no host; " + EXPECTED);
        }
        if (hosts.length() < authority.length()) {
            user(authority.substring(0, authority.length() - hosts.length() - 1), properties);
        }
        if (password != null) {
            properties.put("password", password);
        }
        if (!properties.getOrDefault("currentSchema", "public").matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException(
                    "a schema is named by at most 63 small letters, digits and underscores, and begins with no digit");
        }
        if (hosts.contains(",")) {
            properties.putIfAbsent("targetServerType", "primary");
        }
        String user = properties.computeIfAbsent("user", key -> System.getProperty("user.name", "mirror"));
        String name = slash < 0 ? "" : decoded(rest.substring(slash + 1));
        return new PostgresUrl(hosts, name.isEmpty() ? user : name, user, Map.copyOf(properties));
    }

    private static void user(String text, Map<String, String> properties) {
        int colon = text.indexOf(':');
        properties.put("user", decoded(colon < 0 ? text : text.substring(0, colon)));
        if (colon >= 0) {
            properties.put("password", decoded(text.substring(colon + 1)));
        }
    }

    private static void parameters(String text, Map<String, String> properties) {
        for (String each : text.split("&", -1)) {
            if (each.isEmpty()) {
                continue;
            }
            int equals = each.indexOf('=');
            String key = decoded(equals < 0 ? each : each.substring(0, equals));
            String known = PARAMETERS.get(key);
            if (known == null || equals < 0) {
                throw new IllegalArgumentException(
                        "the address of the database has a parameter that is not known; there are "
                                + String.join(", ", new TreeMap<>(PARAMETERS).keySet()));
            }
            properties.put(known, decoded(each.substring(equals + 1)));
        }
    }

    /** Percent signs only: a plus sign in a password is a plus sign. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the address of the database has a % that is not followed by two digits");
        }
    }

    /** What pgjdbc takes: an address without anything secret, to be used with {@link #copyOfProperties()}. */
    String jdbcUrl() {
        return "jdbc:postgresql://" + hosts + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Properties copyOfProperties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Where it is and as whom, without the password. */
    @Override
    public String toString() {
        return "PostgreSQL at " + hosts + "/" + name + " as " + user;
    }
}
