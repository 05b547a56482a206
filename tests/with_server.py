"""Runs a command beside a server of its own on a fresh load of the seed; DRAGOMAN_URL tells the command where.

python -m tests.with_server COMMAND...
"""

import os
import subprocess
import sys

from tests.make_examples import fresh
from tests.serving import serving


def main() -> int:
    """The command's exit status."""
    with fresh() as url, serving(url) as (client, _):
        environment = {**os.environ, "DRAGOMAN_URL": str(client.base_url).rstrip("/")}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
