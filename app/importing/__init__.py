"""Other people's files into the database: each format yields records of one shape, the rest is shared."""
