"""The places of a data set: their names, coordinates and parents."""

from app.loading.checking.checker import Checker, Path
from app.loading.checking.circles import check_parents


def check_places(checker: Checker) -> None:
    """Tell CHECKER what is wrong with the places of its folder."""
    source = checker.folder.places
    for index, place in enumerate(source.content.places):
        path: Path = ("places", index)
        checker.english(source, (*path, "names"), place.names)
        checker.reference(source, (*path, "parent"), "place", place.parent)
        if (place.lat is None) != (place.lon is None):
            checker.fault(source, path, "has one coordinate of two")
        elif place.lat == place.lon == 0:
            checker.fault(source, path, "0,0 is where no place is; leave lat and lon out where they are not known")
    check_parents(checker, source, "places", source.content.places)
