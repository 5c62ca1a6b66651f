package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS the name in the certificate is checked, before anything is said (CVE-2020-11050 of the library). */
final class TlsTest {
    private static final String SECRET = "changeit";

    @TempDir
    private Path folder;

    private SSLContext tls;

    @BeforeEach
    void makeACertificateForLocalhost() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "test",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        SECRET,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, SECRET.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, SECRET.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }

    @Test
    void requestIsSentToTheHostThatTheCertificateNames() throws Exception {
        assertThat(firstByteFor("localhost")).isEqualTo("G");
    }

    @Test
    void nothingIsSentToAHostThatTheCertificateDoesNotName() throws Exception {
        assertThat(firstByteFor("127.0.0.1")).isEqualTo("nothing");
    }

    /** What a server with the certificate hears first from a client that was told this host. */
    private String firstByteFor(String host) throws Exception {
        AtomicReference<String> heard = new AtomicReference<>();
        Map<SSLSocket, Boolean> accepted = new ConcurrentHashMap<>();
        try (SSLServerSocket server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread listener = new Thread(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    accepted.put(socket, true);
                    int first = socket.getInputStream().read();
                    heard.set(first < 0 ? "nothing" : String.valueOf((char) first));
                } catch (IOException refused) {
                    heard.set("nothing");
                }
            });
            listener.start();
            try (MirrorClient client = MirrorClient.builder(
                            URI.create("wss://" + host + ":" + server.getLocalPort() + "/ws"))
                    .token("t")
                    .tls(tls)
                    .backoff(Duration.ofMinutes(1), Duration.ofMinutes(1))
                    .closeTimeout(Duration.ofMillis(100))
                    .build()) {
                client.connect();
                Await.until("the server hears something, or the end", () -> heard.get() != null);
            }
            listener.join();
        }
        assertThat(accepted).hasSize(1);
        return heard.get();
    }
}
