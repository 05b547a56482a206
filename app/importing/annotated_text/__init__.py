"""Importing texts that people annotated with a tool, as articles.

For each tool there is a module (`brat`, `doccano` ...) that reads its files into one shape (`shape`), with offsets in
code points (`units`). A mapping file (`mapping`), which can be drafted from the files themselves (`drafting`), says
what their labels and links mean to us. With it, `making` turns them into annotated articles in the format of the seed,
which are loaded like the seed (`storing`).
"""
