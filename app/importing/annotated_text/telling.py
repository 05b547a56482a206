"""Events and statements of annotated texts in the format of the seed."""

import re
from typing import Any

from app.codes import label as code_label
from app.importing.annotated_text.filling import (
    Maker,
    actor_of,
    date_at,
    distinct,
    evidence_of,
    place_of,
    relations_of,
    words_at,
)
from app.importing.annotated_text.mapping import LabelRule
from app.importing.annotated_text.naming import slug, tidy
from app.importing.annotated_text.quoting import Said, said
from app.importing.annotated_text.records import RECORD, record_in
from app.importing.annotated_text.shape import Mark
from app.importing.records import Skipped

_LONGEST_LABEL = 300
_LONGEST_SUMMARY = 400
_SENTENCE_ENDS = re.compile(r"[.!?。؟…](?=\s)|\n")
# What stands in the id of a record between that of its article and that of its mark.
EVENT, STATEMENT = "-e-", "-s-"
# The names under which readers have the note with a record that our own export wrote.
NOTES = ("AnnotatorNotes", RECORD)


def shortened(text: str, most: int) -> str:
    """TEXT cut to MOST characters, with an ellipsis if it was longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _kept(maker: Maker, mark: Mark) -> dict[str, Any] | None:
    """The record that our own export wrote into a note of MARK, if there is one."""
    if not maker.text.mapping.records:
        return None
    return next((found for name in NOTES if (found := record_in(mark.attributes.get(name)))), None)


def event_at(maker: Maker, mark: Mark, rule: LabelRule) -> dict[str, Any] | None:
    """The event that MARK is by RULE; None if no rule gives it a type, or it did not happen."""
    if kept := _kept(maker, mark):
        return {"evidence": evidence_of(maker, mark), **kept}
    words = maker.text.words(mark)
    if told := next((one for one in rule.unless if _is_said(mark, one)), None):
        why = f"the event {words!r} ({mark.label}) did not happen: it has {told}"
        maker.skipped.append(Skipped(mark.line, why, mark.id))
        return None
    kind = _by_words(rule.types, _looked_at(mark, rule, words)) or rule.type
    if kind is None:
        maker.skipped.append(Skipped(mark.line, f"no rule gives the event {words!r} ({mark.label}) a type", mark.id))
        return None
    participants = _participants(maker, mark)
    named = [_name_of(maker, one) for one in participants]
    date = date_at(maker, mark)
    return {
        "id": f"{maker.article}{EVENT}{slug(mark.id)}",
        "type": kind,
        "label": {
            "en": shortened(
                f"{code_label('event-types', kind)}: {', '.join(dict.fromkeys(named)) or words}", _LONGEST_LABEL
            )
        },
        "summary": _sentence(maker.text.read.text, mark),
        **({"date": date} if date else {}),
        "place": place_of(maker, mark),
        "status": rule.status,
        "participants": [part for part, _mark in participants],
        "relations": relations_of(maker, mark),
        "evidence": evidence_of(maker, mark)
        + [words for _part, one in participants for words in words_at(maker, one, "participants")],
    }


def _name_of(maker: Maker, participant: tuple[dict[str, Any], Mark]) -> str:
    return tidy(maker.text.words(participant[1]))


def _is_said(mark: Mark, told: str) -> bool:
    """Whether MARK has the attribute TOLD, which is NAME or NAME:VALUE."""
    name, _, value = told.partition(":")
    return mark.attributes.get(name, "").casefold() == (value or "true").casefold()


def _looked_at(mark: Mark, rule: LabelRule, words: str) -> str:
    return mark.attributes.get(rule.by, "") if rule.by else words


def _by_words(codes: dict[str, Any], words: str) -> str | None:
    """The code of the longest key that WORDS begin with."""
    folded = words.casefold()
    fitting = [key for key in codes if folded.startswith(key.casefold())]
    return codes[max(fitting, key=len)] if fitting else None


def _participants(maker: Maker, anchor: Mark) -> list[tuple[dict[str, Any], Mark]]:
    """The participants, each once in a role and with on whose behalf, and the mark that names them."""
    behalf = next((key for mark in maker.text.filling(anchor, "on_behalf_of") if (key := actor_of(maker, mark))), None)
    found: dict[tuple[str, str], Mark] = {}
    for rule, mark in maker.text.fillers[anchor.id]:
        if rule.use in ("participant", "speaker", "addressee"):
            role = {"speaker": "initiator", "addressee": "addressee"}.get(rule.use, rule.role)
            if key := actor_of(maker, mark):
                found.setdefault((key, role), mark)
            else:
                maker.text.remarks[f"a participant marked {mark.label} is nobody that a rule makes an actor"] += 1
    return [({"actor": key, "role": role, "on_behalf_of": behalf}, mark) for (key, role), mark in found.items()]


def statement_at(maker: Maker, mark: Mark, rule: LabelRule) -> dict[str, Any] | None:
    """The statement that MARK is by RULE; None if it has no words."""
    if kept := _kept(maker, mark):
        return {"evidence": evidence_of(maker, mark), **kept}
    contents = maker.text.filling(mark, "quotation") or ([mark] if rule.use == "quotation" else [])
    if not contents:
        maker.skipped.append(Skipped(mark.line, f"the statement {mark.id} ({mark.label}) has no words said", mark.id))
        return None
    words = _said(maker, contents, rule)
    cues = maker.text.filling(mark, "cue") + ([mark] if rule.use == "statement" else [])
    speakers, addressees = maker.text.filling(mark, "speaker"), maker.text.filling(mark, "addressee")
    events = maker.text.filling(mark, "event")
    date = date_at(maker, mark)
    proof = [each for one in contents for each in words_at(maker, one, None)]
    proof += [each for one in cues for each in words_at(maker, one, "act")]
    proof += [each for one in speakers for each in words_at(maker, one, "speaker")]
    proof += [each for one in addressees for each in words_at(maker, one, "addressees")]
    return {
        "id": f"{maker.article}{STATEMENT}{slug(mark.id)}",
        "speaker": _speaker(maker, speakers),
        "on_behalf_of": next(
            (key for one in maker.text.filling(mark, "on_behalf_of") if (key := actor_of(maker, one))), None
        ),
        "addressees": list(dict.fromkeys(key for one in addressees if (key := actor_of(maker, one)))),
        **({"date": date} if date else {}),
        "directness": words.directness,
        "act": _act(maker, mark, rule, cues),
        "gist": {maker.language: words.whole},
        "quote": {"text": words.quote, "language": maker.language} if words.quote else None,
        "event": f"?{events[0].id}" if events else None,
        "relations": relations_of(maker, mark),
        "evidence": distinct(proof),
    }


def _said(maker: Maker, contents: list[Mark], rule: LabelRule) -> Said:
    rules = [maker.text.rules[one.id] for one in contents if one.id in maker.text.rules]
    told = next((one.directness for one in [*rules, rule] if one.directness), None)
    text = maker.text.read.text
    if text is not None:
        return said(text, tuple(sorted({part for one in contents for part in one.parts})), told)
    # Of a page that is elsewhere, the words around the marked ones show whether they stand between quotation marks.
    around, parts = "", []
    for one in contents:
        start = len(around) + len(one.prefix)
        parts.append((start, start + len(maker.text.words(one))))
        around += f"{one.prefix}{maker.text.words(one)}{one.suffix}\n"
    return said(around, tuple(parts), told)


def _speaker(maker: Maker, speakers: list[Mark]) -> str | None:
    """The speaker, if one is marked or a field names one for the whole text; none is guessed."""
    found = list(dict.fromkeys(key for one in speakers if (key := actor_of(maker, one))))
    if len(found) > 1:
        maker.text.remarks["a statement has several speakers; the first was taken"] += 1
    if maker.speaker and not speakers:
        maker.text.remarks["a statement without a speaker is of the one that a field names"] += 1
        return maker.speaker
    if not found:
        why = "whose words name nobody" if speakers else "without a speaker"
        maker.text.remarks[f"a statement {why}: its speaker is null"] += 1
    return found[0] if found else None


def _act(maker: Maker, mark: Mark, rule: LabelRule, cues: list[Mark]) -> str:
    for cue in [mark, *cues]:
        own = maker.text.rules.get(cue.id)
        if own and (found := _by_words(own.acts, _looked_at(cue, own, maker.text.words(cue)))):
            return found
    return rule.act


def _sentence(text: str | None, mark: Mark) -> str | None:
    """The sentence of TEXT in which MARK begins, on one line."""
    if text is None or not mark.parts:
        return mark.words
    start = max((match.end() for match in _SENTENCE_ENDS.finditer(text, 0, mark.start)), default=0)
    ends = _SENTENCE_ENDS.search(text, mark.end)
    return shortened(tidy(text[start : ends.end() if ends else len(text)]), _LONGEST_SUMMARY) or None
