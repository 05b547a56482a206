"""Checking one article: what it names, quotes and cites, and the languages of its texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.loading import annotated
from app.loading.checking.checker import Checker, Path
from app.loading.folder import Source
from app.loading.offsets import Ambiguous, NotFound, locate
from app.loading.parts import Unverified

# In a quotation, stands for words of the text that are left out.
OMISSION = " […] "


@dataclass
class ArticleChecker:
    """Collects the faults of one article."""

    checker: Checker
    source: Source[annotated.Article]

    def run(self) -> None:
        """Give CHECKER every fault of SOURCE."""
        article = self.source.content
        self._actor(("publisher",), article.publisher)
        for index, agency in enumerate(article.agency):
            self._actor(("agency", index), agency)
        self._translated(("title",), article.title)
        if (article.text is None) != (article.text_kind == "none"):
            self._fault(
                ("text",),
                f"text_kind is {article.text_kind}: the text is {'missing' if article.text is None else 'too much'}",
            )
        for index, event in enumerate(article.events):
            self._check_event(("events", index), event)
        for index, statement in enumerate(article.statements):
            self._check_statement(("statements", index), statement)

    def _check_event(self, path: Path, event: annotated.Event) -> None:
        if event.label is not None:
            self._translated((*path, "label"), event.label)
        self.checker.reference(self.source, (*path, "place"), "place", event.place)
        for index, participant in enumerate(event.participants):
            self._actor((*path, "participants", index, "actor"), participant.actor)
            self._actor((*path, "participants", index, "on_behalf_of"), participant.on_behalf_of)
        for index, account in enumerate(event.accounts):
            self._actor((*path, "accounts", index, "actor"), account.actor)
            if account.differs and account.note is None:
                self._fault((*path, "accounts", index), "differs, but no note says how")
        self._check_common(path, event)

    def _check_statement(self, path: Path, statement: annotated.Statement) -> None:
        for name in ("speaker", "on_behalf_of", "venue"):
            self._actor((*path, name), getattr(statement, name))
        for name in ("addressees", "reported_via"):
            for index, actor in enumerate(getattr(statement, name)):
                self._actor((*path, name, index), actor)
        self.checker.reference(self.source, (*path, "event"), "event", statement.event)
        for index, event in enumerate(statement.about):
            self.checker.reference(self.source, (*path, "about", index), "event", event)
        self._translated((*path, "gist"), statement.gist)
        if not (self.checker.imported or statement.id.startswith(f"{self.source.content.id}-s")):
            self._fault((*path, "id"), f"must begin with {self.source.content.id}-s", statement.id)
        if statement.condition is not None and not statement.conditional:
            self._fault((*path, "condition"), "has a condition, but is not conditional")
        self._check_quote(path, statement)
        self._check_role(path, statement)
        self._check_common(path, statement)

    def _check_quote(self, path: Path, statement: annotated.Statement) -> None:
        quote = statement.quote
        if (quote is None) != (statement.directness == "indirect"):
            self._fault(
                (*path, "directness"),
                f"is {statement.directness}, {'without' if quote is None else 'with'} a quotation",
            )
        if quote is None:
            return
        text = self.source.content.text or ""
        if not (self._unseen or all(part in text for part in quote.text.split(OMISSION))):
            self._fault((*path, "quote", "text"), "the quotation is not in the text", quote.text)
        if quote.language != "en" and "en" not in (quote.translation or {}) and not self.checker.imported:
            self._fault((*path, "quote"), "the English translation is missing")

    def _check_role(self, path: Path, statement: annotated.Statement) -> None:
        speaker = self.checker.actors.get(statement.speaker or "")
        said = statement.date.start or self.source.content.published.start
        if (
            not self.checker.imported
            and statement.date.start
            and self.source.content.published.end
            and statement.date.start > self.source.content.published.end
        ):
            self._fault((*path, "date"), "was said after it was printed", statement.date.start)
        if speaker is None or said is None:
            return
        held = [role for role in speaker.roles if statement.role in (None, role.title)]
        if held and not any(role.held_on(said.isoformat()) for role in held):
            terms = "; ".join(f"{role.title}: {role.held_from or '..'} to {role.held_to or '..'}" for role in held)
            self._fault((*path, "role"), f"{speaker.id} did not hold it on {said}", terms)

    def _check_common(self, path: Path, record: annotated.Event | annotated.Statement) -> None:
        for index, relation in enumerate(record.relations):
            at = (*path, "relations", index, "target")
            if relation.target == record.id:
                self._fault(at, "relates to itself", relation.target)
            else:
                self.checker.reference(self.source, at, "record", relation.target)
        if not record.evidence:
            self._fault((*path, "evidence"), "has no evidence", record.id)
        for index, words in enumerate(() if self._unseen else record.evidence):
            if isinstance(words, Unverified):
                continue
            if words.exact is None:
                self._fault((*path, "evidence", index, "exact"), "is missing")
                continue
            try:
                locate(self.source.content.text or "", words.exact, words.prefix, words.suffix, words.occurrence)
            except (NotFound, Ambiguous) as error:
                self._fault((*path, "evidence", index), str(error), words.exact)

    @property
    def _unseen(self) -> bool:
        """Whether the words are from a text that we do not have."""
        return self.checker.imported and self.source.content.text is None

    def _translated(self, path: Path, texts: Mapping[str, str]) -> None:
        if self.checker.imported:
            return
        for language in sorted({"en", self.source.content.language} - set(texts)):
            self._fault(path, f"the text in {language} is missing")

    def _actor(self, path: Path, actor: str | None) -> None:
        self.checker.reference(self.source, path, "actor", actor)

    def _fault(self, path: Path, message: str, found: object = None) -> None:
        self.checker.fault(self.source, path, message, found)
