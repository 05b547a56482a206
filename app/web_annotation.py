"""Evidence as W3C Web Annotations."""

from collections.abc import Mapping
from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotation(
    base: str, article: str, target: tuple[str, str], position: int, found: Mapping[str, Any]
) -> dict[str, Any]:
    """The annotation of ARTICLE that shows where it tells TARGET, a kind and an id; BASE is the address of the API.

    FOUND is the piece of evidence at POSITION of the target. If it has no words, the whole article is annotated.
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
