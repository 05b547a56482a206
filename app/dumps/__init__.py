"""Dumps: everything that the database holds, in a folder that makes the same database again, on SQLite or PostgreSQL.

A file a table, a row a line, in the order of the keys; `doc` and `parts` are JSON inside it. `manifest.json` names the
files with their rows, bytes and SHA-256, the revision, the licence and the citation.
"""

from app.dumps.manifest import MANIFEST, Entry, Manifest
from app.dumps.restoring import restore
from app.dumps.writing import NotEmpty, Watch, write_dump

__all__ = ["MANIFEST", "Entry", "Manifest", "NotEmpty", "Watch", "restore", "write_dump"]
