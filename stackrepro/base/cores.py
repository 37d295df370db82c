"""How many processor cores this process may use."""

import os
from pathlib import Path


def cores(groups: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """Return the number of processor cores by the affinity and by the quotas of the control groups, at least 1.

    Args:
        groups: where control groups are mounted, of version 2 or 1.
        own: the list of this process's groups; it and all groups above it limit, and a container sees the last.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    folders = {groups, groups / "cpu"}
    for line in own.read_text().splitlines() if own.exists() else ():
        _, controllers, path = line.split(":", 2)
        if not controllers or "cpu" in controllers.split(","):
            top = groups / "cpu" if controllers else groups
            group = top / path.strip("/")
            folders |= {group, *(above for above in group.parents if above.is_relative_to(top))}
    for folder in folders:
        for names in (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):  # of version 2, and of version 1
            try:
                quota, period = " ".join((folder / name).read_text() for name in names).split()
                if int(quota) > 0:  # no limit is -1 or "max"
                    count = min(count, int(quota) // int(period))
            except (OSError, ValueError):
                continue
    return max(count, 1)
