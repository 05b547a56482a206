"""A client that asks for the given addresses, one after another, until it is told to stop."""

import sys
from itertools import cycle
from urllib.request import urlopen

for number, address in enumerate(cycle(sys.argv[1:])):
    with urlopen(address) as answer:  # noqa: S310 - a server of ours
        answer.read()
    if not number:
        print("asking", flush=True)  # noqa: T201 - whoever started this waits for it
