"""What INCEpTION calls things: the files of a project, their annotators, and the labels of annotations by layer."""

import re
from collections.abc import Iterable, Mapping

from app.importing.annotated_text.shape import GROUND_TRUTH, stem

# The file of a text as it was before anybody annotated it.
UNANNOTATED = "INITIAL_CAS"
# The description of a project, beside the folders of its texts.
PROJECT = "exportedproject"
# The feature of an element of a chain that says how it refers to the one before.
CHAIN = "referenceRelation"
# A file of one annotator, or a ZIP of one and its type system.
_IN_PROJECT = re.compile(r"(?:^|/)(annotation|curation)/([^/]+\.[A-Za-z]\w*)/(?:[^/]+\.zip/)?[^/]+$")
_TYPE = re.compile("(?:value|type|label|class|category|kind)$", re.IGNORECASE)
# Layers that tell the grammar of each word: its lemma, its part of speech, on which word it depends.
_GRAMMAR = re.compile(r"de\.tudarmstadt\.ukp\.dkpro\.core\.api\.(?:lexmorph|segmentation|syntax)\.")


def by_whom(name: str) -> tuple[str, str | None]:
    """What the text of the file NAME is called, and who annotated it, as far as its path tells.

    The folder of a project has a folder for each text (`annotation/news.txt/anna.tsv`), and in `curation` what was
    agreed on.
    """
    match = _IN_PROJECT.search(name)
    if match is None:
        return stem(name), None
    return stem(match[2]), GROUND_TRUTH if match[1] == "curation" else stem(name)


def label_of(layer: str, features: Iterable[str], values: Mapping[str, str]) -> str:
    """The label of an annotation of LAYER, which is a type, with its value of one of FEATURES as the finer part.

    Which feature that is depends on the layer alone, so that annotations with fewer VALUES have no other label: its
    only one, `value`, or else the first by its name that is called like a type. A layer of grammar has none, because
    each word of the text would be a label of its own.
    """
    name = layer.rpartition(".")[2]
    if _GRAMMAR.match(layer):
        return name
    # How an element of a chain refers to the one before is of the link, not of the element.
    told = [feature for feature in features if feature != CHAIN]
    called = sorted(filter(_TYPE.search, told), key=lambda feature: (feature != "value", feature))
    fine = values.get((told if len(told) == 1 else called or [""])[0], "")
    return f"{name}:{fine}" if fine else name
