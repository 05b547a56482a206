"""The actors of a data set: their names, offices, codes and parents."""

from app.loading.checking.checker import Checker, Path
from app.loading.checking.circles import check_parents


def check_actors(checker: Checker) -> None:
    """Give CHECKER the faults of the actors in its folder."""
    source = checker.folder.actors
    codes = dict(checker.around.codes)
    for index, actor in enumerate(source.content.actors):
        path: Path = ("actors", index)
        checker.english(source, (*path, "names"), actor.names)
        checker.reference(source, (*path, "parent"), "actor", actor.parent)
        for number, role in enumerate(actor.roles):
            at = (*path, "roles", number)
            checker.reference(source, (*at, "organisation"), "actor", role.organisation)
            if role.ends_early:
                checker.fault(source, (*at, "to"), "ends before it begins", role.held_to)
        for scheme, code in actor.codes.items():
            if other := codes.get((scheme, code)):
                checker.fault(source, (*path, "codes", scheme), f"is the code of {other} already", code)
            codes[scheme, code] = actor.id
    check_parents(checker, source, "actors", source.content.actors)
