"""Our events in formats that the field uses, in such a way that importing them again loses nothing."""
