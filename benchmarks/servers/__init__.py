"""The peers that are programs of ours: the floor, the idiomatic baseline, and the same with FastCRUD."""
