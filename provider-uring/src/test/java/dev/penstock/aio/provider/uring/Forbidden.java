package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that refuses its children system calls with an errno, as a container's seccomp profile does. It holds for that
 * process alone, and needs no rights.
 */
final class Forbidden {
    private static final String SOURCE = """
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                unsigned error = atoi(argv[1]), first = atoi(argv[2]), last = atoi(argv[3]);
                struct sock_filter filter[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2),
                    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
                    perror("seccomp");
                    return 99;
                }
                execvp(argv[4], argv + 4);
                perror("exec");
                return 98;
            }
            """;

    private Forbidden() {}

    /** Returns the words of a command that runs another one, which gets an errno for some system calls. */
    static List<String> calls(Path folder, int errno, int first, int last) throws IOException, InterruptedException {
        Needs.command("gcc");
        Path source = Files.writeString(folder.resolve("forbid.c"), SOURCE);
        Path binary = folder.resolve("forbid");
        Command.runOrFail("gcc", "-Wall", "-Werror", "-o", binary.toString(), source.toString());
        return List.of(binary.toString(), Integer.toString(errno), Integer.toString(first), Integer.toString(last));
    }
}
