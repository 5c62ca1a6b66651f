package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborTest {
    private static String hex(CborWriter writer) {
        return HexFormat.of().formatHex(writer.toBytes());
    }

    private static Map<String, Object> read(String hex) {
        return CborReader.read(HexFormat.of().parseHex(hex));
    }

    /** From appendix A of RFC 8949. */
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "10, 0a",
        "23, 17",
        "24, 1818",
        "25, 1819",
        "100, 1864",
        "1000, 1903e8",
        "1000000, 1a000f4240",
        "1000000000000, 1b000000e8d4a51000",
        "-1, 20",
        "-10, 29",
        "-100, 3863",
        "-1000, 3903e7",
    })
    void numbersAreAsTheRfcHasThem(long number, String hex) {
        assertThat(hex(new CborWriter().number(number))).isEqualTo(hex);
        assertThat(read("a16161" + hex)).containsExactly(Map.entry("a", number));
    }

    @Test
    void otherValuesAreAsTheRfcHasThem() {
        assertThat(hex(new CborWriter().text("\u6c34"))).isEqualTo("63e6b0b4");
        assertThat(hex(new CborWriter().key("IETF"))).isEqualTo("4449455446");
        assertThat(hex(new CborWriter().value(1.1))).isEqualTo("fb3ff199999999999a");
        assertThat(hex(new CborWriter().value(List.of(1L, List.of(2L, 3L))))).isEqualTo("8201820203");
        assertThat(hex(new CborWriter().value(Map.of("a", true)))).isEqualTo("a16161f5");
        assertThat(hex(new CborWriter().value(CborReader.NULL))).isEqualTo("f6");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "é😀");
        map.put("whole", -70_000L);
        map.put("real", 0.25);
        map.put("no", false);
        map.put("null", CborReader.NULL);
        map.put("list", List.of("a", List.of(), Map.of("b", 1L << 40)));
        assertThat(CborReader.read(new CborWriter().value(map).toBytes())).isEqualTo(map);
    }

    @Test
    void keysOfBytesAndOfTextAreNames() {
        assertThat(read("a2416101616202")).isEqualTo(Map.of("a", 1L, "b", 2L));
        assertThat(read("a1416143010203").get("a")).isEqualTo(new byte[] {1, 2, 3});
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "01",
        "a1",
        "a161",
        "a16161",
        "a1616101ff",
        "a10101",
        "a2616101616102",
        "bf616101ff",
        "a1617f",
        "a16161c001",
        "a161619fff",
        "a1616161",
        "a161617affffffff",
        "a161619affffffff",
        "baffffffff",
        "a161615b8000000000000000",
        "a1616162c328",
        "a16161f7",
        "a16161f90000",
    })
    void anythingElseIsRefused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(hex));
    }

    @Test
    void depthIsBounded() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("a16161" + "81".repeat(100_000) + "01"));
    }

    @Test
    void noBytesDoAnythingButFailAsTheyShould() {
        Random chance = new Random(7);
        byte[] good = new CborWriter().value(Map.of("a", List.of(1L, "b", 0.5))).toBytes();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = Arrays.copyOf(good, good.length);
            for (int flips = chance.nextInt(4); flips >= 0; flips--) {
                bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt();
            }
            try {
                assertThat(CborReader.read(bytes)).isNotNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused).isNotNull();
            }
        }
    }
}
