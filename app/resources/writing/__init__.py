"""What writes: who may, what came, and the transaction that it becomes."""
