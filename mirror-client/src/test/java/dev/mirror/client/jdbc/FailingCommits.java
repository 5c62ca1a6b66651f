package dev.mirror.client.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database whose commits fail, so many times. */
final class FailingCommits {
    private FailingCommits() {}

    static DataSource of(DataSource database, AtomicInteger failures, SQLException failure) {
        return (DataSource) Proxy.newProxyInstance(
                FailingCommits.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    Object result = call(database, method, arguments);
                    return result instanceof Connection connection ? failing(connection, failures, failure) : result;
                });
    }

    private static Connection failing(Connection connection, AtomicInteger failures, SQLException failure) {
        return (Connection) Proxy.newProxyInstance(
                FailingCommits.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && failures.getAndDecrement() > 0) {
                        throw failure;
                    }
                    return call(connection, method, arguments);
                });
    }

    private static Object call(Object on, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
