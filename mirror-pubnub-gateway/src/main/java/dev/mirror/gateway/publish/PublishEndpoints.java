package dev.mirror.gateway.publish;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ContentCoding;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.gateway.wire.Timetoken;
import dev.mirror.message.Publication;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Publish by GET and POST, the large publish, and signal: {@code [1,"Sent","17332374895624143"]}. */
public final class PublishEndpoints {
    private static final String PATH = "{pub}/{sub}/{signature}/{channel}/{callback}";
    private static final Pattern CUSTOM_TYPE = Pattern.compile("(?!pn[-_])[A-Za-z0-9][A-Za-z0-9_-]{2,49}");
    private static final int MAX_SEQUENCE = 65_535;

    private final ChannelNames names;
    private final Access access;
    private final Outlet outlet;
    private final InstantSource clock;
    private final PublishOptions options;

    /** Puts them together. */
    public PublishEndpoints(
            ChannelNames names, Access access, Outlet outlet, InstantSource clock, PublishOptions options) {
        this.names = names;
        this.access = access;
        this.outlet = outlet;
        this.clock = clock;
        this.options = options;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        int most = options.messageBytes();
        routes.add(
                "GET",
                "/publish/" + PATH + "/{payload}",
                ErrorStyle.ARRAY,
                request -> publish(request, () -> request.segment("payload"), most));
        routes.addLarge(
                "/publish/" + PATH,
                ErrorStyle.ARRAY,
                request -> publish(request, () -> body(request, most), most),
                most);
        int large = options.largeBytes();
        routes.addLarge(
                "/v2/publish/" + PATH,
                ErrorStyle.ARRAY,
                request -> publish(request, () -> body(request, large), large),
                large);
        routes.add("GET", "/signal/" + PATH + "/{payload}", ErrorStyle.ARRAY, this::signal);
    }

    private static String body(Request request, int most) {
        return ContentCoding.text(request.call(), most);
    }

    private CompletionStage<Answer> publish(Request request, Supplier<String> said, int most) {
        outlet.admit(request);
        String payload = said.get();
        Envelope envelope = envelope(request, Envelope.MESSAGE, payload);
        int bytes = Publication.utf8Length(payload)
                + (envelope.meta() == null ? 0 : Publication.utf8Length(envelope.meta()));
        if (bytes > most) {
            throw new Refusal(413, "Request Entity Too Large");
        }
        boolean stored = !request.query().get("store").filter("0"::equals).isPresent();
        boolean replicated = !request.query().flag("norep");
        return allowed(request)
                .thenCompose(channel -> {
                    if (stored && channel.kind() == ChannelKind.EXTERNAL) {
                        return outlet.publish(channel, envelope, Optional.empty());
                    }
                    if (stored) {
                        return request.call()
                                .principal()
                                .thenCompose(speaker -> outlet.publish(channel, envelope, speaker));
                    }
                    // Both together mean what only functions inside PubNub get to see: there is nobody to tell.
                    return CompletableFuture.completedFuture(
                            replicated ? outlet.pass(channel, envelope) : Timetoken.of(clock.instant()));
                })
                .thenApply(PublishEndpoints::sent);
    }

    private CompletionStage<Answer> signal(Request request) {
        String payload = request.segment("payload");
        outlet.admit(request);
        Envelope envelope = envelope(request, Envelope.SIGNAL, payload);
        if (Publication.utf8Length(payload) > options.signalBytes()) {
            throw new Refusal(400, "Signal size too large");
        }
        return allowed(request).thenApply(channel -> sent(outlet.pass(channel, envelope)));
    }

    private static Answer sent(long timetoken) {
        return Answer.ok("[1,\"Sent\",\"" + timetoken + "\"]");
    }

    private CompletionStage<ChannelName> allowed(Request request) {
        String name = request.segment("channel");
        if (!ChannelNames.isName(name) || ChannelNames.isPresence(name)) {
            throw new Refusal(400, "Invalid Channel");
        }
        return access.check(request, Permission.WRITE, Access.Resources.channel(name))
                .thenCompose(allowed -> names.channel(request.keyset(), name))
                .thenCompose(
                        channel -> NativeAccess.check(request, List.of(channel)).thenApply(allowed -> channel));
    }

    private static Envelope envelope(Request request, int kind, String payload) {
        request.refuseCallback();
        if (!JsonText.isValue(payload)) {
            throw new Refusal(400, "Invalid JSON");
        }
        String meta = request.query().get("meta").orElse(null);
        if (meta != null && !JsonText.isValue(meta)) {
            throw new Refusal(400, "Invalid JSON");
        }
        // Old clients say nothing where others say who they are.
        String uuid = request.uuid().filter(said -> !said.isEmpty()).orElse(null);
        if (uuid != null && !Request.isUuid(uuid)) {
            throw new Refusal(400, "Invalid UUID");
        }
        return new Envelope(uuid, kind, payload, meta, customType(request), sequence(request));
    }

    private static @Nullable String customType(Request request) {
        String type = request.query().get("custom_message_type").orElse(null);
        if (type != null && !CUSTOM_TYPE.matcher(type).matches()) {
            throw new Refusal(400, "Invalid custom_message_type");
        }
        return type;
    }

    private static int sequence(Request request) {
        long sequence = request.query().number("seqn").orElse(0);
        return sequence > MAX_SEQUENCE ? 0 : (int) sequence;
    }
}
