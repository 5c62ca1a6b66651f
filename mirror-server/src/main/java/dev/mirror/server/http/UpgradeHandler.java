package dev.mirror.server.http;

import dev.mirror.websocket.AdoptedConnection;
import dev.mirror.websocket.UpgradeRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes upgrades that come over a connection on which requests came before, as reverse proxies send them. The first
 * request of a connection never gets here: the front port's loops keep it.
 */
final class UpgradeHandler extends Handler.Wrapper {
    private final Upgrades upgrades;

    UpgradeHandler(Upgrades upgrades, Handler next) {
        super(next);
        this.upgrades = upgrades;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        boolean upgrade = "/ws".equals(request.getHttpURI().getCanonicalPath())
                && request.getHeaders().getCSV("Upgrade", false).stream().anyMatch("websocket"::equalsIgnoreCase);
        if (!upgrade) {
            return super.handle(request, response, callback);
        }
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Executor pool = request.getComponents().getExecutor();
        SerialLane lane = new SerialLane(pool);
        AdoptedConnection adopted = upgrades.adopt(head(request), lane, new UpgradedConnection.Sink(endPoint));
        response.setStatus(adopted.status());
        adopted.headers().forEach(response.getHeaders()::put);
        if (adopted.status() == 101) {
            request.setAttribute(
                    HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new UpgradedConnection(endPoint, pool, lane, adopted));
        }
        callback.succeeded();
        return true;
    }

    private static UpgradeRequest head(Request request) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(String.valueOf(field.getValue()));
        }
        return new UpgradeRequest(
                request.getMethod(),
                request.getHttpURI().getPathQuery(),
                request.getConnectionMetaData().getHttpVersion().asString(),
                headers);
    }
}
