"""Edits: a few records written anew, merged or taken away, as the data are now."""
