package dev.mirror.server.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;

/** Whom a request comes from: the peer, or whom a proxy that we trust names. */
final class ClientAddress {
    private final InetAddressSet trusted = new InetAddressSet();

    /** @param trusted addresses and networks whose word is taken */
    ClientAddress(Set<String> trusted) {
        this.trusted.addAll(trusted);
    }

    /** An address as text; of IPv6 the first 64 bits, which is what one customer has. */
    String of(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer)
                || peer.getAddress() == null) {
            return "unknown";
        }
        InetAddress address = peer.getAddress();
        List<String> hops = request.getHeaders().getCSV("X-Forwarded-For", false);
        // From the nearest on; everything before an address that we do not trust may be invented.
        for (int i = hops.size() - 1; i >= 0 && trusted.test(address); i--) {
            InetAddress named = literal(hops.get(i).strip());
            if (named == null) {
                break;
            }
            address = named;
        }
        return shown(address);
    }

    private static @Nullable InetAddress literal(String text) {
        // Only digits and colons: a name would be looked up.
        if (!text.matches("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*") || text.length() > 45) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String shown(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            Arrays.fill(bytes, 8, 16, (byte) 0);
            try {
                return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
        return address.getHostAddress();
    }
}
