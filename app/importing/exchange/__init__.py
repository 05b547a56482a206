"""Our events in the shapes that the field uses, and nothing of them lost that the same shape brings in again."""
