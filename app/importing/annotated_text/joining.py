"""What belongs together in an annotated text, by its mapping: the parts of events and statements, and who is who."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.importing.annotated_text.mapping import LabelRule, LinkRule, LinkUse, Mapping
from app.importing.annotated_text.naming import folded
from app.importing.annotated_text.pronouns import is_pronoun
from app.importing.annotated_text.shape import AnnotatedText, Link, Mark
from app.importing.annotated_text.units import words_of

ANCHORS = ("event", "statement", "quotation")
ACTORS = ("actor", "speaker", "addressee")
REFERENCE = "Reference"
# Attributes that are used whatever the mapping says: a reference, a date, and the field that words support.
USED = (REFERENCE, "value", "Field")
# What a mark with this label is to an event or statement, if it is linked to it by a link that no rule names.
_BY_LABEL: dict[str, LinkUse] = {
    "speaker": "speaker",
    "addressee": "addressee",
    "cue": "cue",
    "place": "place",
    "date": "date",
    "quotation": "quotation",
}


@dataclass
class Joined:
    """A text with its marks by id, their rules, what is joined to each event and statement, and which marks are one."""

    read: AnnotatedText
    mapping: Mapping
    marks: dict[str, Mark]
    rules: dict[str, LabelRule]
    fillers: dict[str, list[tuple[LinkRule, Mark]]] = field(default_factory=lambda: defaultdict(list))
    group: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    remarks: Counter[str] = field(default_factory=Counter)

    def use(self, mark: Mark) -> str:
        rule = self.rules.get(mark.id)
        return rule.use if rule else ""

    def words(self, mark: Mark) -> str:
        return words_of(self.read.text, mark)

    def names(self, mark: Mark) -> bool:
        """Whether MARK, if it is of an actor or a place, has a name of it for its words."""
        rule = self.rules.get(mark.id)
        return bool(rule and rule.named) and not is_pronoun(self.words(mark))

    def filling(self, anchor: Mark, use: LinkUse) -> list[Mark]:
        """The marks that are joined to ANCHOR as USE, each once, in the order of the text."""
        found = {mark.id: mark for rule, mark in self.fillers[anchor.id] if rule.use == use}
        return sorted(found.values(), key=lambda mark: (mark.start, mark.end))


def joined(read: AnnotatedText, mapping: Mapping) -> Joined:
    """READ joined as MAPPING says."""
    rules = {mark.id: rule for mark in read.marks if (rule := mapping.label(mark.label))}
    made = Joined(read, mapping, {mark.id: mark for mark in read.marks}, rules)
    made.remarks.update(f"the label {mark.label} is not mapped" for mark in read.marks if mark.id not in rules)
    made.remarks.update(f"the attribute {name} is not used" for mark in read.marks for name in _unused(made, mark))
    same = _Groups(made.marks)
    for link in read.links:
        source, target = made.marks[link.source], made.marks[link.target]
        tie = mapping.link(link.type) or _by_label(made, source, target)
        if tie is None:
            made.remarks[f"the link {link.type} is not mapped"] += 1
        elif tie.use == "same":
            same.join(link.source, link.target)
        elif tie.use != "ignore":
            _fill(made, link, tie, source, target)
        if tie and tie.use != "ignore":
            made.remarks.update(f"the attribute {name} is not used" for name in besides(link.type, link.attributes))
    for one, other in _alike(made):
        same.join(one, other)
    for mark in read.marks:
        made.group[mark.id] = same.of(mark.id)
        made.members[made.group[mark.id]].append(mark)
    return made


def _unused(made: Joined, mark: Mark) -> Iterator[str]:
    """The attributes of MARK that have no effect, such as that an event is negated."""
    rule = made.rules.get(mark.id)
    if rule is None or rule.use == "ignore" or made.mapping.records:
        return
    used = {rule.by, *(told.partition(":")[0] for told in rule.unless), *USED}
    yield from (name for name in besides(mark.label, mark.attributes.items()) if name not in used)


def besides(label: str, attributes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of ATTRIBUTES that do not say the finer part of LABEL."""
    return {name: value for name, value in attributes if not label.endswith(f":{value}")}


class _Groups:
    """Groups of ids that mean the same, each known by its first."""

    def __init__(self, ids: dict[str, Mark]) -> None:
        self.first = {key: key for key in ids}

    def of(self, key: str) -> str:
        while self.first[key] != key:
            self.first[key] = self.first[self.first[key]]
            key = self.first[key]
        return key

    def join(self, one: str, other: str) -> None:
        self.first[self.of(other)] = self.of(one)


def _by_label(made: Joined, source: Mark, target: Mark) -> LinkRule | None:
    anchor, filler = (source, target) if made.use(source) in ANCHORS else (target, source)
    use = _BY_LABEL.get(made.use(filler))
    if use is None or made.use(anchor) not in ANCHORS or (use == "quotation" and made.use(anchor) != "statement"):
        return None
    return LinkRule.model_validate({"as": use})


def _fill(made: Joined, link: Link, rule: LinkRule, source: Mark, target: Mark) -> None:
    if rule.use == "relation" and rule.backwards:
        source, target = target, source
    first, second = made.use(source) in ANCHORS, made.use(target) in ANCHORS
    if rule.use in ("relation", "evidence"):
        fits = first and (second or rule.use == "evidence")
    elif rule.use in ("quotation", "event"):
        wanted = ("statement",) if rule.use == "quotation" else ("statement", "quotation")
        if made.use(source) not in wanted:
            source, target = target, source
        fits = made.use(source) in wanted and made.use(target) == rule.use
    else:
        if second and not first:
            source, target = target, source
        fits = first != second
    if fits:
        made.fillers[source.id].append((rule, target))
    else:
        ends = [made.marks[end] for end in (link.source, link.target)]
        why = "".join(f"; {mark.label} is not mapped" for mark in ends if mark.id not in made.rules)
        made.remarks[f"the link {link.type} between {ends[0].label} and {ends[1].label} cannot be {rule.use}{why}"] += 1


def _alike(made: Joined) -> Iterator[tuple[str, str]]:
    """Pairs of marks of actors with the same name or the same reference."""
    first: dict[str, str] = {}
    for mark in made.read.marks:
        rule = made.rules.get(mark.id)
        if rule is None or rule.use not in ACTORS:
            continue
        keys = [folded(made.words(mark))] if made.names(mark) else []
        keys += [f"{REFERENCE}:{mark.attributes[REFERENCE]}"] if REFERENCE in mark.attributes else []
        for key in filter(None, keys):
            if key in first:
                yield first[key], mark.id
            first.setdefault(key, mark.id)
