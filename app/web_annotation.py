"""Evidence as W3C Web Annotations."""

from collections.abc import Mapping
from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotation(
    base: str, article: str, target: tuple[str, str], position: int, found: Mapping[str, Any]
) -> dict[str, Any]:
    """The annotation, in ARTICLE of the service at BASE, that says of TARGET (its kind and id) where it is told.

    FOUND is the piece of its evidence at POSITION: words and where they stand, or nothing but the article.
    """
    kind, key = target
    here = f"{base}/v1/articles/{article}"
    selectors = [
        {"type": "TextQuoteSelector", "exact": found["exact"], "prefix": found["prefix"], "suffix": found["suffix"]},
        {"type": "TextPositionSelector", "start": found["start"], "end": found["end"]},
    ]
    return {
        "id": f"{here}/annotations#{kind}-{key}-{position}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": {"type": "SpecificResource", "source": f"{base}/v1/{kind}s/{key}", "purpose": "identifying"},
        "target": {"source": here, "selector": selectors} if found["exact"] is not None else here,
    }
