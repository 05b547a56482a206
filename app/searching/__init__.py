"""Full text and names: the grammar of `q`, the indexes of words, relevance, and suggestions."""
