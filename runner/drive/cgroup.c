// SPDX-License-Identifier: MIT
// Reads CPU quota and throttling of this process's control group and all above it.

#include "cgroup.h"

#include "sysfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    bool is_v2;
    char mount[256];
    char group[SYSFILE_PATH_MAX]; // below mount: "/user.slice", "" at the top
};

static bool names_cpu(const char *controllers) {
    size_t length;
    for (; *controllers; controllers += length + (controllers[length] == ',')) {
        length = strcspn(controllers, ",");
        if (length == 3 && memcmp(controllers, "cpu", 3) == 0)
            return true;
    }
    return false;
}

// A line of /proc/self/cgroup is number:controllers:group, with no controllers for v2. Where v1 has
// the CPU controller, v2 cannot have it.
static bool place_find(struct place *place, char *text) {
    bool is_found = false, is_v1 = false;
    for (char *line; !is_v1 && (line = strsep(&text, "\n"));) {
        strsep(&line, ":");
        const char *controllers = strsep(&line, ":");
        if (!line)
            continue;
        is_v1 = names_cpu(controllers);
        if (!is_v1 && *controllers)
            continue;
        place->is_v2 = !is_v1;
        snprintf(place->mount, sizeof place->mount, "/sys/fs/cgroup%s%s", is_v1 ? "/" : "",
                 controllers);
        snprintf(place->group, sizeof place->group, "%s", strcmp(line, "/") == 0 ? "" : line);
        is_found = true;
    }
    return is_found;
}

// "QUOTA PERIOD" in microseconds, as v2 writes it; v1 has a file for each.
static bool quota_peek(const struct place *place, const char *root, char *text, size_t size) {
    char quota[32], period[32];
    if (place->is_v2)
        return sysfile_peek(root, text, size, "%s%s/cpu.max", place->mount, place->group);
    if (!sysfile_peek(root, quota, sizeof quota, "%s%s/cpu.cfs_quota_us", place->mount,
                      place->group) ||
        !sysfile_peek(root, period, sizeof period, "%s%s/cpu.cfs_period_us", place->mount,
                      place->group))
        return false;
    snprintf(text, size, "%s %s", quota, period);
    return true;
}

// INFINITY without a limit at this level, which v2 writes as "max" and v1 as -1.
static double quota_cpus(const struct place *place, const char *root) {
    char text[80];
    double quota, period;
    bool is_limit = quota_peek(place, root, text, sizeof text) &&
                    sscanf(text, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0;
    return is_limit ? quota / period : INFINITY;
}

static uint64_t stat_value(const char *stat, const char *key) {
    char value[64];
    uint64_t number;
    return sysfile_line(stat, key, value, sizeof value) && sysfile_number(value, &number) ? number
                                                                                          : 0;
}

static void level_add(struct cgroup *cgroup, const struct place *place, const char *root) {
    char stat[4096];
    double quota = quota_cpus(place, root);
    if (quota < cgroup->quota_cpus)
        cgroup->quota_cpus = quota;
    if (!sysfile_peek(root, stat, sizeof stat, "%s%s/cpu.stat", place->mount, place->group))
        return;
    cgroup->throttled += stat_value(stat, "nr_throttled");
    cgroup->throttled_us += place->is_v2 ? stat_value(stat, "throttled_usec")
                                         : stat_value(stat, "throttled_time") / 1000; // ns
}

// Levels that are not there are passed over: in a container the group's path may be the host's,
// while the mount shows only what is below the container's own group.
void cgroup_read(struct cgroup *cgroup, const char *root) {
    struct place place;
    *cgroup = (struct cgroup){.quota_cpus = INFINITY};
    char *text = sysfile_read(root, "/proc/self/cgroup");
    bool is_found = text && place_find(&place, text);
    free(text);
    if (!is_found || !sysfile_exists(root, "%s/cgroup.procs", place.mount))
        return;
    cgroup->is_known = true;
    level_add(cgroup, &place, root);
    for (char *slash; (slash = strrchr(place.group, '/'));) {
        *slash = '\0';
        level_add(cgroup, &place, root);
    }
}
