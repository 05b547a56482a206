"""Drafting a mapping file from the annotated texts themselves, with counts, examples and what is to be decided."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.importing.annotated_text.guessing import (
    acts_of,
    denies,
    kind_named,
    label_rule,
    language_of,
    link_rule,
    meta_rule,
)
from app.importing.annotated_text.joining import USED, besides
from app.importing.annotated_text.making import known_fields
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.units import words_of
from app.importing.annotated_text.waiting import of_text

# Enough to see what they are like.
_MOST_TEXTS = 10_000
# Enough of one name to find common ones.
_ENOUGH = 1_000
_MOST_EXAMPLES = 3
_MOST_ATTRIBUTES = 8
_MOST_SHOWN = 40
# What YAML takes for a plain word.
_PLAIN = re.compile(r"(?!(?:true|false|null)$)[^\W\d_][\w-]*", re.IGNORECASE)

HEAD = """\
# What the labels of these texts mean to Dragoman, drafted from {texts} with {marks} and {links}.
# Guessed from names and from how words begin: read each line, correct it, and remove what you do not want. Then run
#   dragoman import {format} PATH... --mapping THIS-FILE
# Lines that begin with # are comments. What no line names is left out, and counted in the report.

# The language of texts that do not say it themselves (BCP 47; und: unknown). Guessed from the script: correct it.
language: {language}
# `full` for texts as they were printed, `digest` for retellings.
text_kind: full
# `withheld`: evidence is checked against the texts, but they are not served; `served` if you may publish them.
rights: withheld
{annotators}
# LABELS: what the marked words are. A rule may be given for `Layer:value` or for the whole `Layer`.
#   as: actor        somebody: {{kind: person, state, government_body, intergovernmental, armed_group, media, ngo,
#                    party, population or other; country: RUS; named: false for pronouns and the like}}
#   as: speaker      an actor who is there because he says something; as: addressee likewise, as the one spoken to
#   as: quotation    words that somebody said: each becomes a statement {{act: inform, directness: direct|indirect|
#                    mixed; left out, quotation marks tell}}. Without a link to a speaker it has none.
#   as: statement    what joins speaker and quotation, marked on its cue {{acts: {{warn: warn, denie: deny}}, by how the
#                    words begin; of all others the act is inform}}
#   as: cue          the words that report ("said", "warned") {{acts: ...}}
#   as: event        the trigger of an event {{type: meeting}}, or by how the words begin {{types: {{met: meeting}}}},
#                    or by an attribute {{by: Subtype, types: {{Meet: meeting}}}}. Types: /v1/codes/event-types
#                    {{unless: [Negation, "Polarity:Negative"]}} leaves out those that did not happen
#   as: place        {{precision: point, settlement, region or country; country: SYR}}
#   as: date         taken if it can be read as a day, month or year; as: title  the article's title; as: ignore
labels:
"""
LINKS = """
# LINKS: what one end is to the event, statement or quotation at the other.
#   as: speaker, addressee, quotation, cue, place, date, on_behalf_of
#   as: participant  {role: participant, initiator, target, victim, host ...: /v1/codes/participant-roles}
#   as: relation     between two events or statements {relation: follows, responds_to, causes, part_of, ends,
#                    refers_to; backwards: true if it goes from the second to the first}
#   as: evidence     more words that tell the same event or statement
#   as: event        of a quotation: the event that it belongs to
#   as: same         both ends name one and the same; as: ignore
links:
"""
META = """
# META: what the fields beside the text tell. as: title, published (a date), source_url, publisher (its name), language,
# speaker (who says what has no speaker of its own), id (the article's id, instead of the file's name), ignore
meta:
"""


@dataclass
class _Seen:
    """How often a name occurs, and with what."""

    count: int = 0
    examples: Counter[str] = field(default_factory=Counter)
    attributes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, example: str) -> None:
        self.count += 1
        if example and len(self.examples) < _ENOUGH:
            self.examples[_shown(example)] += 1

    def say(self, name: str, value: str) -> None:
        """Note the VALUE of the attribute NAME of one of them."""
        if value.strip() and len(self.attributes) < _ENOUGH:
            self.attributes[name, _shown(value)] += 1

    @property
    def told(self) -> str:
        common = [f"“{example}”" for example, _count in self.examples.most_common(_MOST_EXAMPLES)]
        return f"{self.count:,} {'time' if self.count == 1 else 'times'}{': ' if common else ''}{', '.join(common)}"

    @property
    def also(self) -> str:
        """What is said of them in attributes, as a line of comment."""
        common = [f"{name} “{value}”" for (name, value), _count in self.attributes.most_common(_MOST_ATTRIBUTES)]
        more = ", ..." if len(self.attributes) > _MOST_ATTRIBUTES else ""
        return f"  # attributes: {', '.join(common)}{more}\n" if common else ""


def _shown(words: str) -> str:
    return " ".join(words.split())[:_MOST_SHOWN]


def draft_mapping(form: str, texts: Iterable[AnnotatedText]) -> str:
    """A mapping for TEXTS, which are of the format FORM, as YAML with comments."""
    labels: dict[str, _Seen] = defaultdict(_Seen)
    links: dict[str, _Seen] = defaultdict(_Seen)
    meta: dict[str, _Seen] = defaultdict(_Seen)
    languages: Counter[str] = Counter()
    annotators: dict[tuple[str, str], list[str]] = defaultdict(list)
    count = 0
    for read in islice(texts, _MOST_TEXTS):
        count += 1
        words = read.text if read.text is not None else " ".join(mark.words or "" for mark in read.marks)
        languages[language_of(words)] += 1
        annotators[of_text(read)] += [read.annotator] if read.annotator else []
        _note(read, labels, links)
        for key, value in read.meta.items():
            if key not in known_fields(read):
                meta[key].add(value)
    numbers = {"texts": (count, "text"), "marks": (_sum(labels), "mark"), "links": (_sum(links), "link")}
    head = HEAD.format(
        format=form,
        language=next((one for one, _count in languages.most_common() if one != "und"), "und"),
        annotators=_annotators(listed for listed in annotators.values() if len(listed) > 1),
        **{name: f"{number:,} {word}{'' if number == 1 else 's'}" for name, (number, word) in numbers.items()},
    )
    parts = [head, *_section(labels, label_rule), LINKS, *_section(links, link_rule), META]
    return "".join([*parts, *_section(meta, lambda name: (use := meta_rule(name)) and f"as: {use}")])


def _sum(seen: dict[str, _Seen]) -> int:
    return sum(one.count for one in seen.values())


def _note(read: AnnotatedText, labels: dict[str, _Seen], links: dict[str, _Seen]) -> None:
    named = {mark.id: mark.label for mark in read.marks}
    for mark in read.marks:
        labels[mark.label].add(words_of(read.text, mark))
        for name, value in besides(mark.label, mark.attributes.items()).items():
            if name not in USED:
                labels[mark.label].say(name, value)
    for link in read.links:
        links[link.type].add(f"{named[link.source]} → {named[link.target]}")
        for name, value in besides(link.type, link.attributes).items():
            links[link.type].say(name, value)


def _annotators(several: Iterable[list[str]]) -> str:
    """Who annotated texts that SEVERAL people did, and how many of these, as comments."""
    seen = Counter(name for listed in several for name in listed)
    if not seen:
        return ""
    told = ", ".join(f"{name} ({count:,})" for name, count in seen.most_common(10))
    head = f"# Several people annotated the same texts: {told}. Whose work counts:"
    return f"{head}\n# annotator: {_key(next(iter(seen)))}\n"


def _section(seen: dict[str, _Seen], guess: Callable[[str], str | None]) -> Iterator[str]:
    if not seen:
        yield "  {}\n"
        return
    rules = {name: _by_words(_by_attributes(guess(name), seen[name]), seen[name]) for name in seen}
    if not any(rules.values()):
        yield "  {}\n"
    for name in sorted(seen, key=lambda name: -seen[name].count):
        rule = rules[name]
        yield f"  # {seen[name].told}\n{seen[name].also}"
        if rule is None:
            yield f"  # {_key(name)}: {{as: ignore}}  # unknown name: say what it is\n"
        elif rule == "as: event":
            yield f"  # {_key(name)}: {{as: event, type: meeting}}  # an event, of which type? say `type` or `types`\n"
        else:
            yield f"  {_key(name)}: {{{rule}}}\n"


def _by_attributes(rule: str | None, seen: _Seen) -> str | None:
    """RULE, if it is of events, with what attributes tell: the type, if nothing else does, and which did not happen."""
    if rule is None or not rule.startswith("as: event"):
        return rule
    rule = _typed(seen) or rule if rule == "as: event" else rule
    denied = dict.fromkeys(
        name if value.casefold() == "true" else f"{name}:{value}"
        for name, value in seen.attributes
        if denies(name, value)
    )
    return f"{rule}, unless: [{', '.join(map(_key, denied))}]" if denied and rule != "as: event" else rule


def _by_words(rule: str | None, seen: _Seen) -> str | None:
    """RULE, if it is of words that report, with the speech acts that these tell."""
    if rule not in ("as: cue", "as: statement"):
        return rule
    acts = dict(sorted(found for words in seen.examples for found in acts_of(words)))
    told = ", ".join(f"{_key(words)}: {act}" for words, act in acts.items())
    return f"{rule}, acts: {{{told}}}" if told else rule


def _typed(seen: _Seen) -> str | None:
    """The rule for events of which an attribute names the type, if one does."""
    for name in dict.fromkeys(name for name, _value in seen.attributes):
        kinds = {value: kind_named(value) for other, value in seen.attributes if other == name}
        if types := ", ".join(f"{_key(value)}: {kind}" for value, kind in kinds.items() if kind):
            return f"as: event, by: {_key(name)}, types: {{{types}}}"
    return None


def _key(name: str) -> str:
    """NAME as a key of YAML, in quotes if it needs them."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
