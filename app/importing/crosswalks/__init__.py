"""How codes of other schemes become ours: tables (CSV, each names its source and licence), and what reads them."""
