"""Importing other people's files: each format yields records of one shape, and everything after that is shared."""
