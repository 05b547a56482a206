"""Where the servers of the tests keep their files."""

import shutil
from pathlib import Path

# Bytes: several times what two servers hold in the end.
ROOMY = 6 << 30


def memory() -> Path | None:
    """A folder in memory, if the machine has a roomy one.

    A database of PostgreSQL has hundreds of files, and to make them on a disk takes ten times the processor time.
    """
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOMY else None
