"""The shapes of answers, one class for each.

Answers are made of stored JSON and do not pass through these classes. They make the OpenAPI document, and the tests
check every stored record against them. Nothing has a default: an absent value is null, never left out.
"""
