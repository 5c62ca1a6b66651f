package dev.mirror.sql.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.sql.Surroundings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tokens that stand for a log-in, and reads them again: JSON Web Tokens of type {@code at+jwt}, signed with
 * RS256 and nothing else, verified with the keys of the data folder and no others. A token says who it is for, so that
 * checking one asks nobody.
 *
 * <p>Any thread; nothing here waits. Making one takes milliseconds, checking one a tenth of that.
 */
public final class Tokens {
    /** How far two clocks may be apart. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final Logger LOG = System.getLogger(Tokens.class.getName());
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final int MOST_CHARACTERS = 4_096;
    private static final String LOGIN = "sid";
    private static final String CHANNEL = "channelId";
    private static final String NAME = "name";

    /** What a token says. */
    record Claims(Principal principal, Instant issuedAt) {}

    private final AccountsOptions options;
    private final Surroundings surroundings;
    private final SigningKeys keys;
    private final Revocations revocations;

    Tokens(AccountsOptions options, Surroundings surroundings, SigningKeys keys, Revocations revocations) {
        this.options = options;
        this.surroundings = surroundings;
        this.keys = keys;
        this.revocations = revocations;
    }

    /** Makes the token of a log-in. It counts until the principal expires. */
    public Credentials.Token issue(LogIn.Authenticated login) {
        Principal principal = login.principal();
        Date since = Date.from(login.since().truncatedTo(ChronoUnit.SECONDS));
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(options.issuer())
                .audience(options.audience())
                .subject(principal.user().value())
                .issueTime(since)
                .notBeforeTime(since)
                .expirationTime(Date.from(principal.expiresAt()))
                .jwtID(Ids.next(surroundings.chance()))
                .claim(LOGIN, principal.login())
                .claim(CHANNEL, principal.channelId())
                .claim(NAME, principal.name())
                .build();
        SigningKeys.Key key = keys.signing();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(TYPE)
                .keyID(key.id())
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(key.signer());
        } catch (JOSEException e) {
            throw new MirrorException(ErrorCode.INTERNAL, "cannot sign a token", e);
        }
        return new Credentials.Token(token.serialize());
    }

    /** Until when a token counts that is made at this time for a log-in with this end. */
    Instant endOf(Instant now, Instant loginEndsAt) {
        Instant end = now.plus(options.tokenLife());
        return (end.isBefore(loginEndsAt) ? end : loginEndsAt).truncatedTo(ChronoUnit.SECONDS);
    }

    /** @throws MirrorException {@code auth.required}, {@code auth.expired} or {@code auth.revoked} */
    Principal verify(Credentials.Token token) {
        Claims claims = read(token);
        Principal principal = claims.principal;
        Optional<ErrorCode> refusal = revocations.refusal(principal.login(), claims.issuedAt);
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
        if (!surroundings.time().instant().isBefore(principal.expiresAt().plus(LEEWAY))) {
            throw refused(ErrorCode.AUTH_EXPIRED);
        }
        return principal;
    }

    /**
     * Checks everything about a token but whether it has ended.
     *
     * @throws MirrorException {@code auth.required}
     */
    Claims read(Credentials.Token token) {
        if (token.token().length() > MOST_CHARACTERS) {
            throw invalid("too long");
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token.token());
            SigningKeys.Key key = keyOf(jwt.getHeader());
            // The signature before the claims: until then they are anybody's text.
            if (!jwt.verify(key.verifier())) {
                throw invalid("signature");
            }
            return claims(jwt.getJWTClaimsSet());
        } catch (MirrorException e) {
            throw e;
        } catch (ParseException | JOSEException | RuntimeException e) {
            // Whatever a parser trips over, it is no token. Without the cause, which may quote it.
            throw invalid("malformed");
        }
    }

    /** By our own key set alone; keys and addresses of keys in the header ({@code jwk}, {@code jku}) mean nothing. */
    private SigningKeys.Key keyOf(JWSHeader header) {
        if (!JWSAlgorithm.RS256.equals(header.getAlgorithm()) || !TYPE.equals(header.getType())) {
            throw invalid("algorithm or type");
        }
        @Nullable String id = header.getKeyID();
        return Optional.ofNullable(id).flatMap(keys::find).orElseThrow(() -> invalid("key"));
    }

    private Claims claims(JWTClaimsSet claims) throws ParseException {
        if (!options.issuer().equals(claims.getIssuer())
                || !List.of(options.audience()).equals(claims.getAudience())) {
            throw invalid("issuer or audience");
        }
        Instant issuedAt = instant(claims.getIssueTime());
        Instant soon = surroundings.time().instant().plus(LEEWAY);
        if (issuedAt.isAfter(soon) || instant(claims.getNotBeforeTime()).isAfter(soon)) {
            throw invalid("not yet");
        }
        Principal principal = new Principal(
                new UserId(text(claims.getSubject())),
                text(claims.getStringClaim(CHANNEL)),
                text(claims.getStringClaim(NAME)),
                text(claims.getStringClaim(LOGIN)),
                instant(claims.getExpirationTime()));
        return new Claims(principal, issuedAt);
    }

    private static String text(@Nullable String claim) {
        if (claim == null) {
            throw invalid("claim missing");
        }
        return claim;
    }

    private static Instant instant(@Nullable Date claim) {
        if (claim == null) {
            throw invalid("time missing");
        }
        return claim.toInstant();
    }

    /** For whoever sent it there is one answer; the reason is for who runs the server. */
    private static MirrorException invalid(String reason) {
        LOG.log(Level.DEBUG, "token refused: {0}", reason);
        return refused(ErrorCode.AUTH_REQUIRED);
    }

    static MirrorException refused(ErrorCode code) {
        String sentence = switch (code) {
            case AUTH_EXPIRED -> "this token has ended; get a new one";
            case AUTH_REVOKED -> "this log-in was ended; log in again";
            case BUSY -> "too many attempts, or too much to do; try again later";
            default -> "log in first";
        };
        return new MirrorException(code, sentence);
    }
}
