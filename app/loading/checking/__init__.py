"""Whether the files of a data set agree: references, evidence, roles, translations."""

from collections.abc import Collection, Mapping

from app.loading.checking.actors import check_actors
from app.loading.checking.articles import OMISSION, ArticleChecker
from app.loading.checking.checker import Around, Checker
from app.loading.checking.circles import check_relations
from app.loading.checking.ids import check_ids
from app.loading.checking.places import check_places
from app.loading.faults import Fault
from app.loading.folder import Folder

__all__ = ["OMISSION", "Around", "check"]


def check(
    folder: Folder,
    known: Mapping[str, Collection[str]] | None = None,
    around: Around | None = None,
    *,
    imported: bool = False,
) -> list[Fault]:
    """Every fault of FOLDER, in the order of its files.

    KNOWN are ids, by kind, that it may name without having them, and AROUND is what the database has around it. Less is
    demanded of what is IMPORTED.
    """
    checker = Checker(folder, known or {}, around or Around(), imported=imported)
    check_actors(checker)
    check_places(checker)
    check_ids(checker)
    for source in folder.articles:
        ArticleChecker(checker, source).run()
    check_relations(checker)
    return sorted(checker.faults + folder.faults)
