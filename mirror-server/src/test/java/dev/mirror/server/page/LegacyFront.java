package dev.mirror.server.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of a mirror that a page of 2018 uses: serves the page's own files, passes everything else on, and is
 * what the names of PubNub lead to. One port in clear, one for TLS. By the name {@code localhost} the page of 2018 is
 * there, by the address {@code 127.0.0.1} all of mirror.
 */
final class LegacyFront implements AutoCloseable {
    private static final Map<String, String> FILES = Map.of("/", "door.html", "/chat", "chat.html", "/ws.js", "ws.js");
    private static final char[] PASSWORD = "only for this test".toCharArray();

    private final byte[] sdk;
    private final ServerSocket clear;
    private final ServerSocket tls;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "front of 2018");
        thread.setDaemon(true);
        return thread;
    });
    private volatile int mirror; // set before the first request

    private LegacyFront(byte[] sdk, ServerSocket clear, ServerSocket tls) {
        this.sdk = sdk;
        this.clear = clear;
        this.tls = tls;
    }

    /**
     * Opens one.
     *
     * @param sdk the script that {@code cdn.pubnub.com} gives out
     */
    static LegacyFront open(Path folder, Path sdk) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        LegacyFront front = new LegacyFront(
                Files.readAllBytes(sdk),
                new ServerSocket(0, 50, loopback),
                context(folder).getServerSocketFactory().createServerSocket(0, 50, loopback));
        front.threads.execute(() -> front.accept(front.clear));
        front.threads.execute(() -> front.accept(front.tls));
        return front;
    }

    private static SSLContext context(Path folder) throws Exception {
        Path file = folder.resolve("tls.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "front",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-storetype",
                        "PKCS12",
                        "-dname",
                        "CN=front",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new GeneralSecurityException(said);
        }
        KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Where everything goes that is not of 2018. */
    void leadsTo(int port) {
        mirror = port;
    }

    /** Where the page of 2018 is. */
    String old() {
        return "http://localhost:" + clear.getLocalPort();
    }

    /** Where today's page is. */
    String today() {
        return "http://127.0.0.1:" + clear.getLocalPort();
    }

    /** What makes a browser believe in this front. */
    String[] browser() {
        return new String[] {
            "--no-proxy-server",
            "--ignore-certificate-errors",
            "--host-resolver-rules=MAP cdn.pubnub.com 127.0.0.1:" + clear.getLocalPort()
                    + ",MAP ps*.pubnub.com 127.0.0.1:" + tls.getLocalPort()
        };
    }

    private void accept(ServerSocket port) {
        try {
            while (true) {
                Socket client = port.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException | RejectedExecutionException end) {
            // It was closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            byte[] file = file(head);
            if (file == null) {
                pass(client, head);
            } else {
                String type = head.startsWith("GET /chat ") || head.startsWith("GET / ") ? "html" : "javascript";
                OutputStream out = client.getOutputStream();
                out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/" + type + "; charset=utf-8\r\nContent-Length: "
                                + file.length + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                out.write(file);
                out.flush();
            }
        } catch (IOException end) {
            // One of the two has gone; the other one sees it.
        } finally {
            open.remove(client);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("it ended");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private byte @Nullable [] file(String head) throws IOException {
        String host = head.toLowerCase(Locale.ROOT).replaceAll("(?s).*\r\nhost: *([^\r]*).*", "$1");
        if (host.equals("cdn.pubnub.com")) {
            return sdk;
        }
        String name = head.startsWith("GET ") && host.startsWith("localhost") ? FILES.get(head.split(" ", 3)[1]) : null;
        if (name == null) {
            return null;
        }
        try (InputStream file = LegacyFront.class.getResourceAsStream("legacy/" + name)) {
            if (file == null) {
                throw new IOException("no such file: " + name);
            }
            return file.readAllBytes();
        }
    }

    /** One request on each connection, so that the next one is looked at again. */
    private void pass(Socket client, String head) throws IOException {
        boolean upgrade = head.toLowerCase(Locale.ROOT).contains("\r\nupgrade: websocket");
        String sent = upgrade ? head : head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), mirror)) {
            open.add(server);
            server.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            threads.execute(() -> {
                try (server;
                        client) {
                    client.getInputStream().transferTo(server.getOutputStream());
                } catch (IOException end) {
                    // So does the other direction.
                }
            });
            server.getInputStream().transferTo(client.getOutputStream());
            open.remove(server);
        }
    }

    @Override
    public void close() throws IOException {
        clear.close();
        tls.close();
        threads.shutdown();
        for (Socket each : open) {
            each.close();
        }
    }
}
