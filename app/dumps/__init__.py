"""Dumps: everything in the database as a folder, from which the same database can be made on SQLite or PostgreSQL.

There is a file for each table, with a line of JSON for each row, in the order of the keys; `doc` and `parts` are JSON
within it. `manifest.json` has the files with their rows, bytes and SHA-256, the revision, the licence and the citation.
"""

from app.dumps.manifest import MANIFEST, Entry, Manifest
from app.dumps.restoring import restore
from app.dumps.writing import NotEmpty, Watch, write_dump

__all__ = ["MANIFEST", "Entry", "Manifest", "NotEmpty", "Watch", "restore", "write_dump"]
