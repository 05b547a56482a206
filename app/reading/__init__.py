"""How data are read: connections that stay open, queries that are built once, and what is remembered until a change."""
