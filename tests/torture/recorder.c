/* Records, in order, what a process writes to files under the folder $TORTURE_FOLDER, into the file $TORTURE_TRACE:
   preloaded (LD_PRELOAD), it passes every call on, and adds a line before the octets that were written. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int trace(void) {
    static int file = -2;
    if (file == -2) {
        const char *name = getenv("TORTURE_TRACE");
        file = name ? syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    }
    return file;
}

static void note(const char *what, const char *path, const char *other, long long place, const void *octets, size_t length) {
    const char *folder = getenv("TORTURE_FOLDER");
    char line[9000];
    if (!folder || strncmp(path, folder, strlen(folder)) || trace() < 0) return;
    int size = snprintf(line, sizeof line, "%s\t%s\t%s\t%lld\t%zu\n", what, path, other, place, length);
    syscall(SYS_write, trace(), line, size);
    if (length) syscall(SYS_write, trace(), octets, length);
}

static void note_of(int file, const char *what, long long place, const void *octets, size_t length) {
    char link[64], path[4097];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, 4096);
    if (size <= 0) return;
    path[size] = 0;
    note(what, path, "", place, octets, length);
}

#define NEXT(name) static __typeof__(&name) next; if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *octets, size_t length) {
    NEXT(write);
    off_t place = lseek(file, 0, SEEK_CUR);
    ssize_t done = next(file, octets, length);
    if (done > 0 && place >= 0) note_of(file, "write", place, octets, done);
    return done;
}
ssize_t pwrite(int file, const void *octets, size_t length, off_t place) {
    NEXT(pwrite);
    ssize_t done = next(file, octets, length, place);
    if (done > 0) note_of(file, "write", place, octets, done);
    return done;
}
ssize_t pwrite64(int file, const void *octets, size_t length, off64_t place) {
    NEXT(pwrite64);
    ssize_t done = next(file, octets, length, place);
    if (done > 0) note_of(file, "write", place, octets, done);
    return done;
}
int ftruncate(int file, off_t length) { NEXT(ftruncate); int done = next(file, length); if (!done) note_of(file, "cut", length, "", 0); return done; }
int ftruncate64(int file, off64_t length) { NEXT(ftruncate64); int done = next(file, length); if (!done) note_of(file, "cut", length, "", 0); return done; }
int fsync(int file) { NEXT(fsync); int done = next(file); if (!done) note_of(file, "sync", 0, "", 0); return done; }
int fdatasync(int file) { NEXT(fdatasync); int done = next(file); if (!done) note_of(file, "sync", 0, "", 0); return done; }
int unlink(const char *path) { NEXT(unlink); int done = next(path); if (!done) note("unlink", path, "", 0, "", 0); return done; }
int rename(const char *path, const char *other) { NEXT(rename); int done = next(path, other); if (!done) note("rename", path, other, 0, "", 0); return done; }
int link(const char *path, const char *other) { NEXT(link); int done = next(path, other); if (!done) note("link", path, other, 0, "", 0); return done; }
int linkat(int from, const char *path, int to, const char *other, int flags) { NEXT(linkat); int done = next(from, path, to, other, flags); if (!done) note("link", path, other, 0, "", 0); return done; }
