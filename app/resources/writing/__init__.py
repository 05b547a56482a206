"""Writing: who may, what was sent, and the transaction that it becomes."""
