package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.time.SeededRandom;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    private final SeededRandom random = SeededRandom.of(6455);

    @Test
    void unmaskingInWordsIsUnmaskingInBytes() {
        for (int length = 0; length < 70; length++) {
            for (int offset = 4; offset < 13; offset++) {
                byte[] plain = new byte[length];
                byte[] masked = new byte[offset + length + 8];
                random.nextBytes(masked);
                byte[] tail = tail(masked, offset + length);
                boolean ascii = true;
                for (int i = 0; i < length; i++) {
                    plain[i] = (byte) random.nextInt(random.nextInt(8) == 0 ? 256 : 128);
                    ascii &= plain[i] >= 0;
                    masked[offset + i] = (byte) (plain[i] ^ masked[offset - 4 + (i & 3)]);
                }

                assertThat(Framing.unmask(masked, offset - 4, length)).isEqualTo(ascii);
                assertThat(ByteBuffer.wrap(masked, offset, length)).isEqualTo(ByteBuffer.wrap(plain));
                assertThat(tail(masked, offset + length)).isEqualTo(tail);
            }
        }
    }

    private static byte[] tail(byte[] bytes, int from) {
        return java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    }

    @Test
    void utf8IsWhatJavaTakesForUtf8() {
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(5)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(0x80));
            }
            boolean expected = isUtf8(bytes);
            valid += expected ? 1 : 0;
            assertThat(Framing.isUtf8(bytes, 0, bytes.length)).isEqualTo(expected);
        }
        assertThat(valid).isGreaterThan(100);
    }

    @Test
    void everyCodePointIsUtf8AndNoPrefixOfIt() {
        for (int point = 0x80; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                if (!Framing.isUtf8(bytes, 0, bytes.length) || Framing.isUtf8(bytes, 0, bytes.length - 1)) {
                    throw new AssertionError(Integer.toHexString(point));
                }
            }
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, Integer.MAX_VALUE})
    void theHeaderOfATextFrameHasTheShortestForm(int length) {
        byte[] header = new byte[Framing.textHeaderLength(length)];
        for (int i = 0; i < header.length; i++) {
            header[i] = Framing.textHeaderByte(length, i);
        }

        assertThat(header).isEqualTo(RawClient.header(0x81, false, length));
    }
}
