"""What the code lists say of an event's type and of a part in it, as columns."""

from functools import cache

from app.codes import code_list
from app.loading.drafts import Row

# What only imported events have.
UNCODED: Row = {"goldstein_table": None, "originals": {}, "measures": {}}


@cache
def coded(event_type: str) -> Row:
    """What the code list says of an event of this type: codes, class and score of other schemes."""
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
    """On which side of an event one stands who took part in this role."""
    return str(code_list("participant-roles").codes[role]["side"])
