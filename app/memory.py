"""What keeps a process small."""

import ctypes
import sys

# As malloc.h of glibc has it.
_M_ARENA_MAX = -8


def share_one_arena() -> None:
    """Have all threads take memory from one pool of glibc's: in pools of their own each keeps what it once needed.

    Must be called before there are threads. Where the C library is another, nothing happens.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)
