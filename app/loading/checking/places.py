"""The places of a data set: their names, coordinates and parents."""

from app.loading.checking.checker import Checker, Path
from app.loading.checking.circles import check_parents


def check_places(checker: Checker) -> None:
    """Give CHECKER the faults of the places in its folder."""
    source = checker.folder.places
    for index, place in enumerate(source.content.places):
        path: Path = ("places", index)
        checker.english(source, (*path, "names"), place.names)
        checker.reference(source, (*path, "parent"), "place", place.parent)
        if (place.lat is None) != (place.lon is None):
            checker.fault(source, path, "has only one of its two coordinates")
        elif place.lat == place.lon == 0:
            checker.fault(source, path, "there is no place at 0,0; leave lat and lon out if they are not known")
    check_parents(checker, source, "places", source.content.places)
