"""Edits: a few records that are written, merged or deleted in the data as they are now."""
