/* A disk that fails where it is told, for what a process writes to a database's files.

   Preloaded: LD_PRELOAD=faulty_disk.so HOOKPROOF_FAULTY_DISK=FILE. FILE holds a `struct control`, which the
   test writes to while the process runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, CUT = 4 };

struct control {
    int kinds;  /* which calls count */
    int at;     /* the call that fails, from 1 on; 0: none */
    int goes_on; /* whether those after it fail, too */
    int error;  /* its errno */
    int calls;  /* so many came */
    int failed; /* so many of them failed */
    int opened; /* so often a log (-wal) was opened */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("HOOKPROOF_FAULTY_DISK");
    int descriptor = file ? open(file, O_RDWR) : -1;
    if (descriptor < 0) return;
    void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory != MAP_FAILED) control = memory;
    close(descriptor);
}

static int is_a_databases(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, ".db") != NULL && strstr(path, ".leases") == NULL;
}

static int fails(int kind, int descriptor) {
    if (!control || !(control->kinds & kind) || !is_a_databases(descriptor)) return 0;
    int number = __sync_add_and_fetch(&control->calls, 1);
    if (!control->at || number < control->at || (number > control->at && !control->goes_on)) return 0;
    __sync_add_and_fetch(&control->failed, 1);
    errno = control->error;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = va_arg(more, int);
    va_end(more);
    size_t length = strlen(path);
    if (control && length > 4 && !strcmp(path + length - 4, "-wal")) __sync_add_and_fetch(&control->opened, 1);
    return REAL(open64)(path, flags, mode);
}
ssize_t write(int descriptor, const void *data, size_t size) {
    return fails(WRITE, descriptor) ? -1 : REAL(write)(descriptor, data, size);
}
ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    return fails(WRITE, descriptor) ? -1 : REAL(pwrite)(descriptor, data, size, offset);
}
ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset) {
    return fails(WRITE, descriptor) ? -1 : REAL(pwrite64)(descriptor, data, size, offset);
}
int ftruncate(int descriptor, off_t size) {
    return fails(CUT, descriptor) ? -1 : REAL(ftruncate)(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
    return fails(CUT, descriptor) ? -1 : REAL(ftruncate64)(descriptor, size);
}
int fsync(int descriptor) { return fails(SYNC, descriptor) ? -1 : REAL(fsync)(descriptor); }
int fdatasync(int descriptor) { return fails(SYNC, descriptor) ? -1 : REAL(fdatasync)(descriptor); }
