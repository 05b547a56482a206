"""How codes of other schemes become ours: tables in CSV, each with its source and licence, and what reads them."""
