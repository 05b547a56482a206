"""Annotated articles as people write them in files and clients send them: the format of the seed, as models.

The published JSON Schemas are made from these models. Names are those of the served records, and whatever has a default
may be left out. A text for people is a language map (`{en: ..., ar: ...}`), or plain text, which means English.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from app.codes import (
    ActorKind,
    Directness,
    EventType,
    FigureKind,
    Medium,
    ParticipantRole,
    PlacePrecision,
    RelationType,
    SpeechAct,
    Status,
    Topic,
)
from app.dates import UNKNOWN
from app.loading.values import MOST, Date, EventId, Id, Name, Names, Number, PartialDate, Text, Texts, Url, year_text
from app.models.articles import Rights, TextKind
from app.models.events import Qualifier, Stance
from app.standards import Country, Language

# The fields by which a file says what an event is, beside telling it.
DEFINITION = ("type", "label", "summary", "date", "place", "status", "participants")


def quoted(value: object) -> object:
    """VALUE as exact words, if it is plain text."""
    return {"exact": value} if isinstance(value, str) else value


class Annotation(BaseModel):
    """A part of an annotated file; a name that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Words(Annotation):
    """Exact words of the article's text. Words that stand there twice need a neighbour or an ordinal."""

    exact: Text | None = Field(
        description="The words, character for character; null where an import brought none, and nowhere else."
    )
    prefix: str = Field("", description="What stands right before them, to tell them from the same words elsewhere.")
    suffix: str = Field("", description="What stands right after them.")
    occurrence: int | None = Field(None, ge=1, description="Which of several, counted from 1.")
    field: str | None = Field(None, description="The field of the record that they support.")


Evidence = Annotated[Words, BeforeValidator(quoted, json_schema_input_type=Words | str)]


class Relation(Annotation):
    """A tie to an event or a statement."""

    type: RelationType
    target: Id


class Participant(Annotation):
    """Who took part, as what, and for whom."""

    actor: Id
    role: ParticipantRole = "participant"
    on_behalf_of: Id | None = None


class Figure(Annotation):
    """A number that the article gives."""

    kind: FigureKind
    value: Number = Field(ge=-MOST, le=MOST)
    qualifier: Qualifier = "exact"
    unit: Text | None = None


class Account(Annotation):
    """Who tells the event in this article; no actor means the article's own voice."""

    actor: Id | None = None
    stance: Stance = "asserts"
    differs: list[Literal["date", "place", "participants", "figures", "type", "status", "label"]] = Field(
        default=[], description="In what it differs from the record."
    )
    note: Text | None = Field(None, description="How it differs, or what is doubtful.")


class Event(Annotation):
    """An event that the article tells.

    One file says what it is; the others give id, accounts and evidence.
    """

    id: EventId
    type: EventType | None = None
    label: Texts | None = Field(None, validation_alias=AliasChoices("label", "labels"))
    summary: Text | None = None
    date: Date = UNKNOWN
    place: Id | None = None
    status: Status = "reported"
    participants: list[Participant] = []
    figures: list[Figure] = []
    accounts: list[Account] = []
    relations: list[Relation] = []
    evidence: list[Evidence] = []

    @property
    def defines(self) -> bool:
        """Whether this says what the event is, beside telling it."""
        return not self.model_fields_set.isdisjoint(DEFINITION)


class Quote(Annotation):
    """The words as printed. `is_translation` says whether the print translates what was said; null is unknown."""

    text: Text
    language: Language
    is_translation: bool | None = None
    translation: Texts | None = None


class Statement(Annotation):
    """An utterance as this article gives it."""

    id: Id
    speaker: Id | None
    role: Text | None = Field(None, description="Office at the time; left out, it is the speaker's role on the day.")
    on_behalf_of: Id | None = None
    addressees: list[Id] = []
    reported_via: list[Id] = []
    date: Date = UNKNOWN
    medium: Medium = "unknown"
    venue: Id | None = None
    directness: Directness
    act: SpeechAct
    gist: Texts = Field(validation_alias=AliasChoices("gist", "gists"))
    topics: list[Topic] = []
    conditional: bool = False
    condition: Text | None = None
    event: Id | None = Field(None, description="The event that this utterance is or belongs to.")
    about: list[Id] = Field(default=[], description="Events that it speaks of.")
    utterance: Id | None = Field(None, description="Shared by the versions of one utterance in several articles.")
    quote: Quote | None = None
    note: Text | None = None
    relations: list[Relation] = []
    evidence: list[Evidence] = []


class Article(Annotation):
    """An annotated article: what was printed, and what it says of whom."""

    id: Id
    source_url: Url | None = None
    publisher: Id | None = None
    agency: list[Id] = []
    language: Language
    title: Texts = Field(validation_alias=AliasChoices("title", "titles"))
    published: Date
    text_kind: TextKind = "digest"
    rights: Rights | None = Field(
        None,
        description="Whether the text may be served; left out, a digest is and a full text is not.",
    )
    notes: list[Text] = []
    text: Annotated[Text, AfterValidator(str.rstrip)] | None = None
    events: list[Event] = []
    statements: list[Statement] = []

    @property
    def records(self) -> list[Event | Statement]:
        """What it tells: its events, then its statements."""
        return [*self.events, *self.statements]


class Alias(Annotation):
    """A spelling that occurs."""

    name: Name
    language: Language


class Role(Annotation):
    """An office held for a time."""

    title: Text
    organisation: Id | None = None
    held_from: PartialDate | None = Field(None, alias="from")
    held_to: PartialDate | None = Field(None, alias="to")

    def held_on(self, day: str) -> bool:
        """Whether it was held on DAY (ISO 8601), as far as its dates tell."""
        begun = self.held_from is None or self.held_from <= day[: len(self.held_from)]
        return begun and (self.held_to is None or self.held_to >= day[: len(self.held_to)])

    @property
    def ends_early(self) -> bool:
        """Whether it ends before it begins, as far as the less exact of its dates tells."""
        if self.held_from is None or self.held_to is None:
            return False
        exact = min(len(self.held_from), len(self.held_to))
        return self.held_from[:exact] > self.held_to[:exact]


class Actor(Annotation):
    """A person, state, ministry, armed group or medium."""

    id: Id
    kind: ActorKind
    names: Names = Field(validation_alias=AliasChoices("names", "name"))
    aliases: list[Alias] = []
    country: Country | None = None
    parent: Id | None = None
    roles: list[Role] = []
    codes: dict[Id, Annotated[Name, BeforeValidator(year_text)]] = {}
    note: Text | None = None


class Place(Annotation):
    """Where something happened; degrees in WGS 84."""

    id: Id
    names: Names = Field(validation_alias=AliasChoices("names", "name"))
    country: Country | None = None
    parent: Id | None = None
    lat: Number | None = Field(None, ge=-90, le=90)
    lon: Number | None = Field(None, ge=-180, le=180)
    precision: PlacePrecision
    geonames: int | None = Field(None, ge=1, le=2**31 - 1)


class Dataset(Annotation):
    """What is printed with every answer that draws on the set. `license` is an SPDX id or an address."""

    id: Id
    title: Text
    publisher: Text
    license: Text
    attribution: Text
    homepage: Url | None = None
    version: Annotated[Text, BeforeValidator(year_text)]


class Actors(Annotation):
    """The actors of a data set."""

    actors: list[Actor]


class Places(Annotation):
    """The places of a data set."""

    places: list[Place]
