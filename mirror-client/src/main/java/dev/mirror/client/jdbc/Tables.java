package dev.mirror.client.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Makes tables, where several processes may do so at once. */
final class Tables {
    private Tables() {}

    static void make(DataSource database, String name, String definition) throws SQLException {
        if (exists(database, name)) {
            return;
        }
        try (Connection connection = database.getConnection();
                Statement create = connection.createStatement()) {
            create.execute(definition);
        } catch (SQLException failure) {
            if (!exists(database, name)) {
                throw failure;
            }
        }
    }

    private static boolean exists(DataSource database, String name) {
        try (Connection connection = database.getConnection();
                Statement look = connection.createStatement()) {
            look.executeQuery("SELECT bot FROM " + name + " WHERE 1 = 0").close();
            return true;
        } catch (SQLException absent) {
            return false;
        }
    }
}
