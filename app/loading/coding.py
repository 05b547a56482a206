"""What the code lists say about the type of an event and about roles in it, as columns."""

from functools import cache

from app.codes import code_list
from app.loading.drafts import Row

# Columns that only imported events have values in.
UNCODED: Row = {"goldstein_table": None, "originals": {}, "measures": {}}


@cache
def coded(event_type: str) -> Row:
    """The codes, the class and the score of EVENT_TYPE in other schemes."""
    code = code_list("event-types").codes[event_type]
    plover = code.get("plover")
    score = (code.get("goldstein") or {}).get("gdelt")
    return {
        "cameo": code.get("cameo"),
        "plover": "-".join(filter(None, (plover["event"], plover.get("mode")))) if plover else None,
        "quad_class": (code.get("quad_class") or {}).get("standard"),
        "goldstein": None if score is None else float(score),
    }


@cache
def side_of(role: str) -> str:
    """The side of an event that an actor with ROLE stands on."""
    return str(code_list("participant-roles").codes[role]["side"])
