"""The parts of queries and schemas that SQLite and PostgreSQL spell differently."""
