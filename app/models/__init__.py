"""All tables, with one module for each subject."""

from app.models.actors import Actor, ActorCode, ActorName, ActorRole
from app.models.articles import Article, ArticleAgency
from app.models.base import Base
from app.models.events import Account, Event, EventCode, Figure, Participant
from app.models.evidence import Evidence, Relation
from app.models.imports import EventMention, ImportedFile
from app.models.past import PAST
from app.models.places import Place
from app.models.revisions import Change, Dataset, State
from app.models.search import SearchDocument, SearchIndex, SearchName, SearchTerm
from app.models.statements import Addressee, Carrier, Mention, Statement, StatementTopic
from app.models.summaries import Dyad, Summary
from app.models.vocabulary import EventType, FigureKind, Medium, ParticipantRole, RelationType, SpeechAct, Topic
from app.models.writing import Answered, Key, Merge, MergeMoved

__all__ = [
    "PAST",
    "Account",
    "Actor",
    "ActorCode",
    "ActorName",
    "ActorRole",
    "Addressee",
    "Answered",
    "Article",
    "ArticleAgency",
    "Base",
    "Carrier",
    "Change",
    "Dataset",
    "Dyad",
    "Event",
    "EventCode",
    "EventMention",
    "EventType",
    "Evidence",
    "Figure",
    "FigureKind",
    "ImportedFile",
    "Key",
    "Medium",
    "Mention",
    "Merge",
    "MergeMoved",
    "Participant",
    "ParticipantRole",
    "Place",
    "Relation",
    "RelationType",
    "SearchDocument",
    "SearchIndex",
    "SearchName",
    "SearchTerm",
    "SpeechAct",
    "State",
    "Statement",
    "StatementTopic",
    "Summary",
    "Topic",
]
