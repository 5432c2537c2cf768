/* A disk that refuses writes: preloaded into a process, which says what is to be refused. See nth_write.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long asked, first, last;
static int trouble;

/* Of what is asked of files under `under` from now on, refuse number `from` to number `to`, or end there without a word
   where there is no code to refuse it with. "" refuses nothing. */
void refuse(const char *under, long from, long to, int code) {
    folder[0] = 0;
    asked = 0, first = from, last = to, trouble = code;
    strncpy(folder, under, sizeof folder - 1);
}

long asked_so_far(void) { return asked; }

static int refuses(int file, int is_write) {
    char link[40], path[PATH_MAX];
    if (!folder[0] || (!is_write && trouble == ENOSPC && first != last)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    long number = __sync_add_and_fetch(&asked, 1);
    if (number < first || number > last) return 0;
    if (!trouble) kill(getpid(), SIGKILL);
    errno = trouble;
    return 1;
}

#define INSTEAD_OF(answer, name, is_write, taken, ...)                 \
    answer name taken {                                                \
        static answer (*real) taken;                                   \
        if (!real) real = (answer(*) taken)dlsym(RTLD_NEXT, #name);    \
        return refuses(file, is_write) ? (answer)-1 : real(__VA_ARGS__); \
    }

INSTEAD_OF(ssize_t, write, 1, (int file, const void *bytes, size_t count), file, bytes, count)
INSTEAD_OF(ssize_t, pwrite, 1, (int file, const void *bytes, size_t count, off_t at), file, bytes, count, at)
INSTEAD_OF(ssize_t, pwrite64, 1, (int file, const void *bytes, size_t count, off64_t at), file, bytes, count, at)
INSTEAD_OF(ssize_t, writev, 1, (int file, const struct iovec *parts, int count), file, parts, count)
INSTEAD_OF(ssize_t, sendfile, 1, (int file, int from, off_t *at, size_t count), file, from, at, count)
INSTEAD_OF(ssize_t, sendfile64, 1, (int file, int from, off64_t *at, size_t count), file, from, at, count)
INSTEAD_OF(int, fsync, 0, (int file), file)
INSTEAD_OF(int, fdatasync, 0, (int file), file)
