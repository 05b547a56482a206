"""Texts that people annotated with a tool, into articles of ours.

Each tool's files are read by one module (`brat`, `doccano` ...) into one shape (`shape`), with offsets in code points
(`units`). A mapping file (`mapping`), which can be drafted from the files themselves (`drafting`), says what their
labels and links mean to us; `making` makes annotated articles in the seed's format of them, and the loader writes these
as it writes the seed (`storing`).
"""
