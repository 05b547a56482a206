"""What keeps a process small."""

import ctypes
import sys

# As malloc.h of glibc has them.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE = 128 << 10


def give_memory_back() -> None:
    """Have glibc keep less of what was needed once; with another C library, nothing happens.

    It gives each thread a pool of its own, and keeps larger and larger blocks in the pools. Now there is one pool, and
    blocks of 128 kB or more go back to the system. Must be called before there are threads.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
