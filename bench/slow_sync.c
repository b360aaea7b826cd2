/* LD_PRELOAD: every sync takes 2 ms longer, as on a disk that really writes. Sleeps of different threads overlap. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file) {
    static const struct timespec two_ms = {0, 2000000};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&two_ms, 0);
    return real(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
