"""From a question to its answer: rows in order, pages, envelopes and streams."""
