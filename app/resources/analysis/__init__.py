"""Views over events and statements: sums and graphs, under the same filters as the lists."""
