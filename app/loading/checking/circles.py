"""Checking ties that must not form circles: parents, and relations that mean before and after."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from app.loading import annotated
from app.loading.checking.checker import Checker, Path
from app.loading.folder import Source
from app.loading.ties import ACYCLIC

Related = tuple[Source[annotated.Article], Path, annotated.Event | annotated.Statement]


def check_parents(checker: Checker, source: Source[Any], listed: str, records: Sequence[Any]) -> None:
    """Check that none of RECORDS, which are the list LISTED of SOURCE, is its own ancestor."""
    parents = {record.id: [record.parent] for record in records if record.parent}
    own = {record.id for record in records}
    above = checker.around.parents.get(listed, {})
    parents |= {key: [parent] for key, parent in above.items() if key not in own}
    where = {record.id: index for index, record in enumerate(records) if record.parent}
    for ring in _rings(parents):
        checker.fault(source, (listed, where[ring[0]], "parent"), f"is its own ancestor: {' -> '.join(ring)}")


def check_relations(checker: Checker) -> None:
    """Check that no record comes after itself."""
    for kind in ACYCLIC:
        edges: dict[str, list[str]] = defaultdict(list)
        where: dict[str, tuple[Source[annotated.Article], Path]] = {}
        for source, path, record in _related(checker):
            for index, relation in enumerate(record.relations):
                if relation.type == kind:
                    edges[record.id].append(relation.target)
                    where.setdefault(record.id, (source, (*path, "relations", index)))
        for key, targets in checker.around.relations.get(kind, {}).items():
            edges.setdefault(key, list(targets))
        for ring in _rings(edges):
            source, path = where[ring[0]]
            checker.fault(source, path, f"goes in a circle ({kind}): {' -> '.join(ring)}")


def _related(checker: Checker) -> Iterator[Related]:
    for source in checker.folder.articles:
        for index, event in enumerate(source.content.events):
            yield source, ("events", index), event
        for index, statement in enumerate(source.content.statements):
            yield source, ("statements", index), statement


def _rings(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The circles in EDGES, each as the ids along it, ending with the first. Each is cut before the next is sought."""
    left = {start: list(ends) for start, ends in edges.items()}
    order = list(edges)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # The sorter takes edges for dependencies, and names the circle in the opposite direction.
            ring: list[str] = error.args[1][::-1]
            first = ring.index(min(ring[:-1], key=order.index))
            ring = [*ring[first:-1], *ring[: first + 1]]
            yield ring
            left[ring[0]].remove(ring[1])
        else:
            return
