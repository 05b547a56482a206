"""The tools whose files can be read, by the names that the command line has for them."""

from collections.abc import Callable
from dataclasses import dataclass

from app.importing.annotated_text import (
    brat,
    doccano,
    label_studio,
    prodigy,
    uima_cas,
    web_annotation,
    webanno_tsv,
)
from app.importing.annotated_text.shape import Given, Read


@dataclass(frozen=True, slots=True)
class TextFormat:
    """The files of a tool: their reader, and the endings of those that are taken from a folder.

    `apart` says that texts are whole even if the rest of their file is lost, `elsewhere` that the texts are in none of
    the files, several of which may be about one.
    """

    name: str
    summary: str
    read: Callable[[Given], Read]
    suffixes: tuple[str, ...]
    apart: bool = False
    elsewhere: bool = False


FORMATS = {
    one.name: one
    for one in (
        TextFormat("brat", "brat standoff: .txt with .ann", brat.read, (".ann", ".a1", ".txt")),
        TextFormat(
            "label-studio",
            "Label Studio JSON, JSON-MIN and CSV",
            label_studio.read,
            (".json", ".csv", ".tsv"),
            apart=True,
        ),
        TextFormat("doccano", "doccano JSON Lines", doccano.read, (".jsonl", ".json"), apart=True),
        TextFormat("webanno-tsv", "WebAnno TSV 3 of INCEpTION", webanno_tsv.read, (".tsv",)),
        TextFormat("uima-cas", "UIMA CAS as XMI or JSON", uima_cas.read, (".xmi", ".json")),
        TextFormat("prodigy", "Prodigy JSON Lines", prodigy.read, (".jsonl",), apart=True),
        TextFormat(
            "w3c", "W3C Web Annotation (JSON-LD)", web_annotation.read, (".json", ".jsonld", ".jsonl"), elsewhere=True
        ),
        TextFormat(
            "hypothesis",
            "Hypothesis annotations as its API serves them",
            web_annotation.read,
            (".json", ".jsonl"),
            elsewhere=True,
        ),
    )
}
