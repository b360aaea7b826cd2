"""What a process that opens a stranger's file may use."""

import resource

from processor.domain.files import MB

SECONDS = 20.0
CPU_SECONDS = 15
MEMORY_BYTES = 1024 * MB


def bound() -> None:
    """Runs in the child, before each file: the processor time counts from now on; going over it ends the child."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
