package dev.mirror.sql;

import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How mirror connects to PostgreSQL. Whatever becomes of the server or the way to it, an answer comes within 5 s: to
 * connect may take 2 s, a statement 3.5 s, silence 4 s.
 */
final class PostgresSource {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(4);
    /** So that the server lets go of a node that vanished within half a minute, not within hours. */
    private static final String KEEPALIVE =
            "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /** Everything is looked up by key: a plan for tables that were empty yesterday must not read them whole. */
    private static final String PLANS = " -c enable_seqscan=off -c jit=off";

    private static final String LIMITS = KEEPALIVE + PLANS
            + " -c statement_timeout=3500 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000";

    private final PostgresUrl url;

    PostgresSource(PostgresUrl url) {
        this.url = url;
    }

    DataSource writer() {
        Properties properties = properties();
        properties.setProperty("options", LIMITS);
        return source(properties);
    }

    DataSource readers() {
        Properties properties = properties();
        properties.setProperty("options", LIMITS);
        properties.setProperty("readOnlyMode", "always");
        return source(properties);
    }

    /** For work that may take its time: migrations, checks, exports. */
    DataSource patient() {
        Properties properties = properties();
        properties.setProperty("options", KEEPALIVE);
        properties.remove("socketTimeout");
        return source(properties);
    }

    private Properties properties() {
        Properties properties = url.copyOfProperties();
        properties.putIfAbsent("ApplicationName", "mirror");
        properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(SILENCE.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        // An error's detail quotes the row.
        properties.setProperty("logServerErrorDetail", "false");
        // The batch of the log becomes statements of many rows.
        properties.setProperty("reWriteBatchedInserts", "true");
        return properties;
    }

    private DataSource source(Properties properties) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        properties.forEach((key, value) -> set(source, (String) key, (String) value));
        return source;
    }

    private static void set(PGSimpleDataSource source, String key, String value) {
        try {
            source.setProperty(key, value);
        } catch (java.sql.SQLException e) {
            throw new IllegalArgumentException(
                    "the address of the database has a parameter with a wrong value: " + key);
        }
    }
}
