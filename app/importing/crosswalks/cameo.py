"""CAMEO event codes: the type of ours that each is, its quad class and its scores."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from app.importing.crosswalks.tables import CACHED, table

Scheme = Literal["gdelt", "icews", "phoenix"]


@dataclass(frozen=True, slots=True)
class Cameo:
    """One code, and how its type was found.

    That is told by `by`: `exact` if the type names the code, `own` if it was chosen for it, `base` or `root` if it is
    that of the shorter code.
    `goldstein` and `quad_classes` are by publisher, because publishers disagree; `quad_class` is that of the root.
    """

    code: str
    label: str
    type: str
    by: str
    quad_class: int
    quad_classes: dict[str, int]
    goldstein: dict[str, float]

    def score(self, publisher: Scheme) -> float | None:
        """The Goldstein score as PUBLISHER has it, or else GDELT's."""
        return self.goldstein.get(publisher, self.goldstein.get("gdelt"))


@cache
def codes() -> dict[str, Cameo]:
    """The 318 codes of CAMEO 1.1b3 and of GDELT."""
    return {row["code"]: _code(row) for row in table("cameo")}


def _code(row: dict[str, str]) -> Cameo:
    scores = {"gdelt": row["goldstein"], "icews": row["goldstein_icews"], "phoenix": row["goldstein_phoenix"]}
    classes = {"gdelt": row["quad_class_gdelt"], "phoenix": row["quad_class_phoenix"]}
    return Cameo(
        row["code"],
        row["label"],
        row["type"],
        row["by"],
        int(row["quad_class"]),
        {publisher: int(number) for publisher, number in classes.items() if number},
        {publisher: float(score) for publisher, score in scores.items() if score},
    )


@lru_cache(maxsize=CACHED)
def cameo(code: str) -> Cameo | None:
    """What CODE means. If no table has it (it is longer, or invented), what its base or root means, without scores.

    None if not even the root is CAMEO.
    """
    known = codes()
    if code in known:
        return known[code]
    if not (code.isascii() and code.isdigit()):
        return None
    for length, by in ((3, "base"), (2, "root")):
        if len(code) > length and code[:length] in known:
            return replace(known[code[:length]], code=code, by=by, goldstein={})
    return None


@lru_cache(maxsize=CACHED)
def with_zero(code: str, root: str, digits: int = 2) -> str:
    """CODE with the leading zero that a spreadsheet has removed, if ROOT (04 or 4 for 42) shows that it had one.

    Without a ROOT, a zero is added only if CODE is not a code as it is, or has less than the DIGITS that the source's
    codes have at least: 10 may be 010 or the root 10.
    """
    whole = f"0{code}"
    if not root:
        lost = len(code) < digits or cameo(code) is None
        return whole if code and lost and whole in codes() else code
    return whole if whole.startswith(root.zfill(2)) and cameo(whole) else code


def told_of_zero(given: str, code: str) -> tuple[str, ...]:
    """A remark if CODE has a zero that the one GIVEN lacks."""
    return (f"the code {given} has lost its zero and was read as {code}",) if given != code else ()


@lru_cache(maxsize=CACHED)
def code_of_label(label: str) -> Cameo | None:
    """The code of a LABEL, however it is capitalised, quoted or joined by underscores."""
    return _labels().get(_plain(label))


@cache
def _labels() -> dict[str, Cameo]:
    # A root has the same label as its first code, and data mean the latter.
    return {_plain(one.label): one for one in sorted(codes().values(), key=lambda one: len(one.code) != 2)}  # noqa: PLR2004


def _plain(label: str) -> str:
    return " ".join(label.replace("_", " ").translate({ord("'"): None, ord('"'): None}).casefold().split())
