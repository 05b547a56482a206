"""The mapping file: what the labels and links of somebody's annotation mean to us.

It is YAML, read like the files of the seed, so that faults come with their lines. A label or link with a finer part
after a colon (`NamedEntity:PER`) is looked up as a whole, then without that part.
"""

from pathlib import Path as File
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from app.codes import ActorKind, Directness, EventType, ParticipantRole, PlacePrecision, RelationType, SpeechAct, Status
from app.loading.annotated import Actor, Annotation, Place
from app.loading.reading import read_file
from app.loading.validating import validated
from app.loading.values import Text
from app.models.articles import Rights
from app.standards import Country, Language

LabelUse = Literal[
    "actor", "speaker", "addressee", "place", "date", "event", "statement", "quotation", "cue", "title", "ignore"
]
LinkUse = Literal[
    "speaker",
    "addressee",
    "quotation",
    "cue",
    "participant",
    "on_behalf_of",
    "place",
    "date",
    "relation",
    "same",
    "event",
    "evidence",
    "ignore",
]
MetaUse = Literal["title", "published", "source_url", "publisher", "speaker", "language", "id", "ignore"]
Key = Annotated[str, StringConstraints(min_length=1)]


class LabelRule(Annotation):
    """What marked words of one label are."""

    use: LabelUse = Field(alias="as", description="What the words are.")
    kind: ActorKind = Field("other", description="Of an actor: what kind.")
    country: Country | None = Field(None, description="Of an actor or a place: its country.")
    named: bool = Field(True, description="Of an actor: false for words that name nobody, such as pronouns.")
    alone: bool = Field(True, description="Of an actor or a place: whether to make it though nothing is linked to it.")
    precision: PlacePrecision = Field("settlement", description="Of a place: how exact.")
    type: EventType | None = Field(None, description="Of an event: which type, unless `types` says.")
    types: dict[Key, EventType] = Field({}, description="Of an event: its type by how the words begin, or by `by`.")
    by: Text | None = Field(None, description="The attribute that `types` or `acts` look at, instead of the words.")
    unless: list[Key] = Field(
        [], description="Of an event: what is said of one that did not happen: an attribute, or NAME:VALUE of one."
    )
    status: Status = Field("reported", description="Of an event: how certain.")
    act: SpeechAct = Field("inform", description="Of a quotation or statement: which speech act, unless `acts` says.")
    acts: dict[Key, SpeechAct] = Field(
        {}, description="Of a cue or statement: the act by how the words begin, or by `by`."
    )
    directness: Directness | None = Field(None, description="Of a quotation; left out, quotation marks tell.")


class LinkRule(Annotation):
    """What a link says that joins an event, a statement or a quotation to something."""

    use: LinkUse = Field(alias="as", description="What the other end is to the event, statement or quotation.")
    role: ParticipantRole = Field("participant", description="Of a participant: which role.")
    relation: RelationType = Field("refers_to", description="Of a relation between two events or statements: which.")
    backwards: bool = Field(False, description="Of a relation: whether it goes from the link's target to its source.")


class MetaRule(Annotation):
    """What a field tells that the file gives beside the text."""

    use: MetaUse = Field(alias="as")


class Mapping(Annotation):
    """What the labels, links and fields of annotated texts mean."""

    language: Language = Field("und", description="Of texts that do not say; und is unknown.")
    text_kind: Literal["full", "digest"] = "full"
    rights: Rights = Field("withheld", description="Whether the texts may be served to others.")
    annotator: Text | None = Field(None, description="Whose annotation counts, where several made one.")
    records: bool = Field(False, description="Whether notes hold whole records, as our own export writes them.")
    actors: list[Actor] = Field([], description="Those that such records name, to be made if they are not there.")
    places: list[Place] = Field([], description="Likewise.")
    labels: dict[Key, LabelRule] = Field({})
    links: dict[Key, LinkRule] = Field({})
    meta: dict[Key, MetaRule] = Field({})

    def label(self, name: str) -> LabelRule | None:
        return looked_up(self.labels, name)

    def link(self, name: str) -> LinkRule | None:
        return looked_up(self.links, name)


Rule = TypeVar("Rule")


def looked_up(rules: dict[str, Rule], name: str) -> Rule | None:
    """The rule for NAME, or else for what stands before its colon."""
    return rules.get(name) or rules.get(name.partition(":")[0])


def read_mapping(path: File) -> Mapping:
    """The mapping in the file at PATH. Raises Refused with every fault."""
    return validated(read_file(path, path.name), Mapping)
