"""Dragoman: who said what to whom, what happened next, and the words that prove it."""

__version__ = "0.1.0"
