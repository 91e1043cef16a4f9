package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.Needs;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structures and numbers are those of a C compiler, and nothing is guessed where they are not known. */
@Timeout(120)
class AbiTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <linux/io_uring.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/mman.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            #include <time.h>
            #include <unistd.h>
            #ifndef IORING_FEAT_RW_ATTR /* of Linux 6.14, and then of a C library */
            #define IORING_FEAT_RW_ATTR (1U << 16)
            #endif
            """;

    @TempDir
    Path folder;

    /** What Abi says, by the C expression that must say the same. */
    private final Map<String, Long> said = new TreeMap<>();

    @Test
    void everySizeOffsetAndConstantIsThatOfTheCompiler() throws Exception {
        Needs.command("gcc");
        for (Field field : Abi.class.getDeclaredFields()) {
            if (field.isSynthetic()) {
                continue;
            }
            Object value = field.get(null);
            if (value instanceof StructLayout struct) {
                expectStruct("struct " + field.getName().toLowerCase(Locale.ROOT), struct);
            } else {
                said.put(constant(field.getName()), ((Number) value).longValue());
            }
        }
        assertThat(said.size()).isGreaterThan(60);

        assertThat(compiled()).isEqualTo(said);
    }

    private void expectStruct(String type, StructLayout struct) {
        said.put("sizeof(" + type + ")", struct.byteSize());
        for (MemoryLayout member : struct.memberLayouts()) {
            member.name().ifPresent(name -> {
                said.put("offsetof(" + type + ", " + name + ")", struct.byteOffset(PathElement.groupElement(name)));
                said.put("sizeof(((" + type + " *) 0)->" + name + ")", member.byteSize());
            });
        }
    }

    /** The number of a system call is a name in lower case. */
    private static String constant(String name) {
        return name.startsWith("SYS_") ? "SYS_" + name.substring(4).toLowerCase(Locale.ROOT) : name;
    }

    private Map<String, Long> compiled() throws Exception {
        StringBuilder program = new StringBuilder(HEADERS).append("int main(void) {\n");
        for (String expression : said.keySet()) {
            program.append("    printf(\"%s=%lld\\n\", \"" + expression + "\", (long long) (" + expression + "));\n");
        }
        program.append("    return 0;\n}\n");
        Path source = Files.writeString(folder.resolve("abi.c"), program);
        Path binary = folder.resolve("abi");
        Command.runOrFail("gcc", "-Wall", "-Werror", "-o", binary.toString(), source.toString());
        Map<String, Long> values = new TreeMap<>();
        for (String line : Command.runOrFail(binary.toString()).split("\n")) {
            int equals = line.lastIndexOf('=');
            values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        }
        return values;
    }

    @Test
    void theCompilersErrnosAreThoseOfTheEnum() throws Exception {
        Needs.command("gcc");
        for (Errno errno : Errno.values()) {
            if (errno.number() > 0) {
                said.put(errno.name(), (long) errno.number());
            }
        }
        said.remove("UNKNOWN");

        assertThat(compiled()).isEqualTo(said);
    }

    @Test
    void everyFunctionThatIsBoundIsThere() {
        assertThat(Platform.probe().reason()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, aarch64",
        "Linux, x86",
        "Linux, riscv64",
        "Mac OS X, x86_64",
        "Windows 11, amd64",
        "FreeBSD, amd64",
        "SunOS, amd64"
    })
    void whatIsNotVerifiedIsUnavailableByItsName(String system, String architecture) {
        Probe probe = Platform.of(system, architecture);

        assertThat(probe.isAvailable()).isFalse();
        assertThat(probe.reason()).startsWith(system + " on " + architecture).contains("io_uring");
        assertThat(probe.remedy()).contains("nio");
    }

    @Test
    void linuxOnBothNamesOfTheVerifiedArchitectureIsNotRefused() {
        assertThat(Platform.of("Linux", "amd64").isAvailable()).isTrue();
        assertThat(Platform.of("Linux", "x86_64").isAvailable()).isTrue();
    }

    @Test
    void aMissingFunctionIsNamed() {
        Throwable missing =
                catchThrowable(() -> Library.settingErrno("no_such_call", FunctionDescriptor.of(ValueLayout.ADDRESS)));

        Probe probe = Platform.unavailable(missing);

        assertThat(probe.isAvailable()).isFalse();
        assertThat(probe.reason()).contains("no function no_such_call").contains("libc.so.6");
        assertThat(probe.remedy()).contains("glibc").contains("nio");
    }

    @Test
    void deniedAccessIsUnavailableWithTheFlag() {
        Probe probe = Platform.unavailable(new IllegalCallerException("Illegal native access"));

        assertThat(probe.reason()).contains("Illegal native access");
        assertThat(probe.remedy()).contains("--enable-native-access=ALL-UNNAMED");
    }
}
