package dev.mirror.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Hears the signals that ask a process to end. The JDK has no public way: a shutdown hook comes too late to choose the exit
 * code, and does not see a second signal. Its own way is used by reflection, so that it may be missing.
 */
final class Signals {
    private static final int FORCED = 128;

    private Signals() {}

    /**
     * Calls {@code first} for the first signal, {@code again} with the exit code of a forced end for every further one.
     * Where signals cannot be heard, a shutdown hook calls {@code first}.
     */
    static void onTermination(Runnable first, IntConsumer again) {
        AtomicInteger heard = new AtomicInteger();
        boolean ok = true;
        for (Object[] signal : new Object[][] {{"TERM", 15}, {"INT", 2}, {"HUP", 1}}) {
            int exit = FORCED + (int) signal[1];
            ok &= hear((String) signal[0], () -> {
                if (heard.getAndIncrement() == 0) {
                    first.run();
                } else {
                    again.accept(exit);
                }
            });
        }
        if (!ok) {
            Runtime.getRuntime().addShutdownHook(new Thread(first, "mirror-shutdown"));
        }
    }

    private static boolean hear(String name, Runnable task) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    task.run();
                    return null;
                }
                return method.getName().equals("equals")
                        ? proxy == arguments[0]
                        : (Object) System.identityHashCode(proxy);
            };
            Object proxy =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, handler);
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            // Also where the system has no such signal: HUP on Windows.
            return name.equals("HUP");
        }
    }
}
