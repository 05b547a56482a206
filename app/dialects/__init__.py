"""The only lines that differ between SQLite and PostgreSQL."""
