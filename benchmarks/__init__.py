"""The benchmark: the same questions to Dragoman, to its peers and to a floor, on the same data, in one run."""
