"""What the tests of annotated texts share: samples, their mappings, and imports of folders."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.importing.annotated_text.drafting import draft_mapping
from app.importing.annotated_text.formats import FORMATS
from app.importing.annotated_text.mapping import Mapping
from app.importing.annotated_text.reading import given_in, texts_of
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.storing import import_texts
from app.importing.annotated_text.work import TextJob, TextReport
from app.importing.records import Skipped
from app.loading.annotated import Dataset
from app.loading.reading import read
from app.loading.validating import validated

SAMPLES = Path(__file__).parent / "samples" / "texts"
TEXT = "😀 Anna Arc met Bernd Berg in Lutetia on 4 September 1998.\n“We will not yield,” Arc warned Berg.\n"
DATASET = Dataset(id="trial", title="Trial", publisher="T", license="CC0-1.0", attribution="T", version="1")


def read_all(folder: Path, name: str) -> list[AnnotatedText | Skipped]:
    """Everything that the format NAME reads in FOLDER."""
    form = FORMATS[name]
    return [read for given in given_in([folder], form.suffixes) for read in texts_of(form, given)]


def texts_in(folder: Path, name: str) -> list[AnnotatedText]:
    """The texts that the format NAME reads in FOLDER."""
    return [read for read in read_all(folder, name) if isinstance(read, AnnotatedText)]


def mapping_for(folder: Path, name: str) -> str:
    """The mapping that is drafted for FOLDER."""
    return draft_mapping(name, texts_in(folder, name))


def parsed(mapping: str) -> Mapping:
    """The mapping in YAML. Raises Refused with every fault."""
    return validated(read("mapping.yaml", mapping.encode()), Mapping)


def job_of(folder: Path, name: str, mapping: str, dataset: Dataset = DATASET, **more: Any) -> TextJob:
    """The import of FOLDER by the YAML MAPPING into DATASET."""
    form = FORMATS[name]
    return TextJob(form, given_in([folder], form.suffixes), parsed(mapping), dataset, **more)


def import_folder(
    engine: Engine, folder: Path, name: str, mapping: str, skipped: list[Skipped] | None = None, **more: Any
) -> TextReport:
    """Import FOLDER by the YAML MAPPING; what is skipped goes to SKIPPED."""
    dry = more.pop("dry", False)
    tell = (lambda _file, one: skipped.append(one)) if skipped is not None else (lambda _file, _one: None)
    return import_texts(engine, job_of(folder, name, mapping, tell=tell, **more), dry=dry)


def of_trial(client: TestClient, kind: str) -> list[dict[str, Any]]:
    """The records of KIND of the imported data set, with their evidence."""
    listed = client.get(f"/v1/{kind}?dataset=trial&limit=1000").json()["data"]
    return [client.get(one["url"]).json()["data"] for one in listed]
