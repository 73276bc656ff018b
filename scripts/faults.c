/* Makes one call of a process fail, or its clock run behind: preloaded by scripts/campaign.py faults.
 *
 *   FAULT_BELOW=FOLDER FAULT_AT=N FAULT_ERROR=ENOSPC|EDQUOT|EIO
 *       the N-th and every later write, sync, rename, folder or opening for writing below FOLDER fails
 *   FAULT_SECONDS_BACK=N
 *       the clock of the day is N seconds behind
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

static int below(const char *path) {
    const char *folder = getenv("FAULT_BELOW");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int below_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below(path);
}

/* Whether this call is to fail; errno says of what. */
static int fails(void) {
    const char *at = getenv("FAULT_AT");
    if (!at || atomic_fetch_add(&calls, 1) + 1 < atol(at)) return 0;
    const char *error = getenv("FAULT_ERROR");
    errno = !error || !strcmp(error, "ENOSPC") ? ENOSPC : !strcmp(error, "EDQUOT") ? EDQUOT : EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
    if (below_fd(fd) && fails()) return -1;
    return REAL(write)(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (below_fd(fd) && fails()) return -1;
    return REAL(writev)(fd, parts, count);
}

int fsync(int fd) {
    if (below_fd(fd) && fails()) return -1;
    return REAL(fsync)(fd);
}

int fdatasync(int fd) {
    if (below_fd(fd) && fails()) return -1;
    return REAL(fdatasync)(fd);
}

int rename(const char *from, const char *to) {
    if (below(to) && fails()) return -1;
    return REAL(rename)(from, to);
}

int mkdir(const char *path, mode_t mode) {
    if (below(path) && fails()) return -1;
    return REAL(mkdir)(path, mode);
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    if ((flags & O_ACCMODE) != O_RDONLY && below(path) && fails()) return -1;
    return REAL(open64)(path, flags, mode);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int failed = REAL(clock_gettime)(which, now);
    const char *back = getenv("FAULT_SECONDS_BACK");
    if (!failed && which == CLOCK_REALTIME && back) now->tv_sec -= atol(back);
    return failed;
}
