"""Annotated texts as the tests give them: what a format reads in a file, and what it skips."""

from app.importing.annotated_text.formats import FORMATS
from app.importing.annotated_text.reading import texts_of
from app.importing.annotated_text.shape import AnnotatedText, Given
from app.importing.records import Skipped

Found = tuple[list[AnnotatedText], list[Skipped]]


def read(name: str, data: str | bytes, file: str = "a.json", **beside: str | bytes) -> Found:
    """What the format NAME reads in DATA, and what it skips; BESIDE are other files of the folder, `_` for the dot."""
    others = {
        key.replace("__", "."): value if isinstance(value, bytes) else value.encode() for key, value in beside.items()
    }
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    given = Given(file, raw, others.get, lambda: sorted([file, *others]))
    found = list(texts_of(FORMATS[name], given))
    return (
        [one for one in found if isinstance(one, AnnotatedText)],
        [one for one in found if isinstance(one, Skipped)],
    )


def brat(text: str, *lines: str) -> Found:
    """What is read of a brat document."""
    return read("brat", "\n".join(lines), "a.ann", a__txt=text)


def words(found: AnnotatedText) -> dict[str, str]:
    """The words of each mark, parts joined by a bar."""
    assert found.text is not None
    return {mark.id: "|".join(found.text[start:end] for start, end in mark.parts) for mark in found.marks}
