"""The shapes on the wire, one class a shape.

Answers are stored JSON and pass through none of these; they make the OpenAPI document, and tests hold every stored
record against them. Nothing has a default: an absent value is null, never left out.
"""
