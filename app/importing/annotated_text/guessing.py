"""Guessing what labels, links and fields mean from their names and words, for the draft of a mapping."""

import re
from collections.abc import Iterator

from app.codes import codes
from app.folding import script

# By names; the first line that has one counts. What has no line here is left for a person to say.
_LABELS: tuple[tuple[str, str], ...] = (
    ("attribution|speech_event|reporting", "as: statement"),
    ("content|quote|quotation|statement|direct_speech|indirect_speech|speech", "as: quotation"),
    ("引语|цитата|اقتباس|تصريح", "as: quotation"),
    ("utterance", "as: quotation, directness: direct"),
    ("cue|reporting_verb|speech_verb|quote_verb", "as: cue"),
    ("source|speaker|holder|author|说话人|спикер|متحدث", "as: speaker"),
    ("addressee|hearer|audience", "as: addressee"),
    ("pronoun|pron", "as: actor, named: false"),
    ("person|per|people|politician|officeholder|leader|minister|diplomat", "as: actor, kind: person"),
    ("人物|真实姓名|персона|человек|شخص", "as: actor, kind: person"),
    ("country|state|nation|gpe_country|国家|страна|государство|دولة|بلد", "as: actor, kind: state"),
    ("party|党派|政党", "as: actor, kind: party"),
    ("ministry|government|agency|gov|政府", "as: actor, kind: government_body"),
    ("media|newspaper|媒体|сми", "as: actor, kind: media"),
    ("military|army|militia|armed_group", "as: actor, kind: armed_group"),
    ("igo|international_organization|international_organisation", "as: actor, kind: intergovernmental"),
    ("ngo", "as: actor, kind: ngo"),
    ("nationality|norp|family|ethnic|population", "as: actor, kind: population"),
    ("org|organization|organisation|company|institution|actor|组织|机构|организация|منظمة", "as: actor, kind: other"),
    ("gpe|city|town|village|城市|город|مدينة", "as: place, precision: settlement"),
    ("state_or_province|province|district|region", "as: place, precision: region"),
    ("loc|location|place|facility|fac|地点|место|مكان", "as: place, precision: region"),
    ("date|time|timex|timex3|时间|дата|تاريخ", "as: date"),
    ("title|headline", "as: title"),
)
_LINKS: tuple[tuple[str, str], ...] = (
    ("source|speaker|said_by|holder|author|spoken_by|متحدث", "as: speaker"),
    ("addressee|hearer|to|spoken_to|said_to", "as: addressee"),
    ("content|quote|quotation", "as: quotation"),
    ("cue|verb", "as: cue"),
    ("evidence", "as: evidence"),
    ("coref|coreference|same|same_as|alias|alternative_name|abbreviation|equiv|next|共指", "as: same"),
    ("time|date|point_in_time|start_time|end_time|when", "as: date"),
    ("place|location|takes_place_in|located_in|where|at_loc|toloc|atloc", "as: place"),
    ("cause|has_cause|caused_by", "as: relation, relation: causes, backwards: true"),
    ("leads_to|results_in", "as: relation, relation: causes"),
    ("part_of|subevent|subevent_of", "as: relation, relation: part_of"),
    ("agent|actor|initiator|organizes|organiser|attacker|arg0|subj", "as: participant, role: initiator"),
    ("target|patient|object|obj", "as: participant, role: target"),
    ("victim", "as: participant, role: victim"),
    ("recipient|beneficiary", "as: participant, role: recipient"),
    ("participant|participants|participant_in|attendee|участник|مشارك", "as: participant, role: participant"),
    ("entity|person|theme|arg1|arg2|arg3", "as: participant, role: participant"),
)
_META: tuple[tuple[str, str], ...] = (
    ("title|headline|document_title", "title"),
    ("date|published|pubdate|publication_date|published_at|year", "published"),
    ("url|uri|source_url|link|document_uri", "source_url"),
    ("publisher|newspaper|outlet", "publisher"),
    ("speaker|spokesperson|said_by", "speaker"),
    ("lang|language", "language"),
)
# Names of triggers, for types of ours that are called otherwise.
_TYPES = {
    "phone_call": "phone|telephone|call|phone_write",
    "meeting": "meet|meeting|summit|contact",
    "visit": "visit|travel",
    "armed_attack": "attack|conflict_attack",
    "protest": "demonstrate|demonstration|protest",
    "agreement": "agree|agreement|sign",
    "sanction": "sanction|sanctions",
    "arrest": "arrest|arrest_jail|detain",
    "statement": "communicate|broadcast|statement",
    "warning": "warn|warning",
    "threat": "threaten|threat",
    "demand": "demand",
    "denial": "deny|denial",
    "accusation": "accuse|accusation",
    "condemnation": "condemn|condemnation",
    "appeal": "appeal|request",
    "offer": "offer|promise",
}
# What parts a name from what it is a kind of: `Layer:value`, `Conflict.Attack`, an address.
_WITHIN = re.compile(r"[:./#]+")
# How words that report begin, of speech acts other than to inform.
_ACTS = {
    "accuse": "accus|blam|обвин|اتهم",
    "admit": "admit|acknowledg|призна",
    "agree": "agree|согласи|وافق",
    "announce": "announc|объяви|أعلن",
    "apologise": "apologi|извини|اعتذر",
    "appeal": "appeal|urge|urging|call on|called on|calls on|call for|called for|calls for|призва|دعا|ناشد",
    "condemn": "condemn|denounc|critici|осуди|أدان|ندد",
    "confirm": "confirm|подтверди",
    "congratulate": "congratulat|поздрави|هنأ",
    "decline_to_comment": "declined to comment|refused to comment",
    "demand": "demand|потребова|طالب",
    "deny": "deny|denie|refut|опроверг|отрица|نفى",
    "offer": "offer",
    "order": "order|приказа",
    "praise": "prais|hail|похвали|أشاد",
    "promise": "promis|pledg|vow|пообеща|تعهد",
    "propose": "propos|suggest|предложи|اقترح",
    "reject": "reject|отверг|رفض",
    "threaten": "threat|пригрози|هدد",
    "warn": "warn|предупреди|حذر",
}
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s\-.:/]+")


def normal(name: str) -> str:
    """NAME in lower case, its words joined by `_`: pointInTime and POINT-IN-TIME are one."""
    return "_".join(filter(None, _SPLIT.split(name.strip()))).lower().strip("_")


def label_rule(name: str) -> str | None:
    """The inside of a rule for the label NAME, or None."""
    last, *others = _keys(name)
    if found := _first(_LABELS, last):
        return found
    # What the last part says counts more than what the first does.
    if kind := kind_named(name):
        return f"as: event, type: {kind}"
    if found := next(filter(None, (_first(_LABELS, key) for key in others)), None):
        return found
    if any(word in normal(name).split("_") for word in ("event", "trigger", "触发词", "событие", "حدث")):
        return "as: event"
    return None


def _event_type(key: str) -> str | None:
    """The type of event that KEY, a label, names."""
    if key in codes("event-types"):
        return key
    return next((kind for kind, words in _TYPES.items() if key in words.split("|")), None)


def denies(name: str, value: str) -> bool:
    """Whether the VALUE of the attribute NAME says that an event did not happen."""
    if normal(name) in ("polarity", "factuality"):
        return value.casefold().startswith("neg")
    return normal(name) in ("negation", "negated", "is_negated", "neg") and value.casefold() in ("true", "yes", "1")


def kind_named(name: str) -> str | None:
    """The type of event that NAME, of a label or a value, names as a whole or with its last part."""
    return next(filter(None, map(_event_type, _keys(name)[:2])), None)


def acts_of(words: str) -> Iterator[tuple[str, str]]:
    """How WORDS, which report what was said, begin, and which speech act that tells."""
    for act, beginnings in _ACTS.items():
        yield from ((one, act) for one in beginnings.split("|") if words.casefold().startswith(one))


def link_rule(name: str) -> str | None:
    """The inside of a rule for the link NAME, or None."""
    for key in _keys(name):
        if found := _first(_LINKS, key):
            return found
        if key in codes("participant-roles"):
            return f"as: participant, role: {key}"
        if key in codes("relation-types"):
            return f"as: relation, relation: {key}"
    return None


def meta_rule(name: str) -> str | None:
    """What the field NAME tells, or None."""
    return _first(_META, normal(name))


def _keys(name: str) -> list[str]:
    """The keys that NAME may be known by, its last part first."""
    parts = list(filter(None, _WITHIN.split(name)))
    return list(dict.fromkeys(normal(part) for part in (*parts[-1:], name, *parts[:1])))


def _first(rules: tuple[tuple[str, str], ...], key: str) -> str | None:
    return next((rule for words, rule in rules if key in words.split("|")), None)


_BY_SCRIPT = {
    "ARABIC": "ar", "CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "GREEK": "el",
    "HEBREW": "he", "LATIN": "en", "THAI": "th", "DEVANAGARI": "hi", "GEORGIAN": "ka", "ARMENIAN": "hy",
}  # fmt: skip


def language_of(text: str) -> str:
    """A language that TEXT may be in, by its script."""
    letters = [script(sign) for sign in text[:5_000] if sign.isalpha()]
    most = max(set(letters), key=letters.count, default="")
    return _BY_SCRIPT.get(most, "und")
