"""Files as they come: packed, broken off, in other encodings, or made to do harm."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.importing import unpacking
from app.importing.lines import FOREIGN, lines_of
from app.importing.records import Line, Skipped
from app.importing.sources import Source, digest_of, opened, sources_of
from app.importing.unpacking import Unreadable

TEXT = "".join(f"{number}\tقلق {number}\n" for number in range(1, 2001))
LINES = [(number, f"{number}\tقلق {number}") for number in range(1, 2001)]
SUFFIXES = (".csv", ".txt")
PACKERS = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}


def _lines(path: Path) -> list[Line | Skipped]:
    (source,) = sources_of([path], SUFFIXES)
    assert isinstance(source, Source), source
    with opened(source) as stream:
        return list(lines_of(stream, []))


def _of(data: bytes) -> list[Line | Skipped]:
    return list(lines_of(io.BytesIO(data), []))  # type: ignore[arg-type]


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv", bytes), ("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
)
def test_packed_files_are_read_as_plain_ones(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    """By the end of their names, or by how they begin."""
    (path := tmp_path / name).write_bytes(pack(TEXT.encode()))
    assert _lines(path) == LINES
    assert _lines(path.rename(tmp_path / "other.csv")) == LINES


def test_files_may_be_packed_twice(tmp_path: Path) -> None:
    """As by servers that pack what is packed; a third time is no accident."""
    twice = gzip.compress(gzip.compress(TEXT.encode()))
    (path := tmp_path / "a.csv.gz.gz").write_bytes(twice)
    assert _lines(path) == LINES
    assert [source.path for source in sources_of([tmp_path], SUFFIXES) if isinstance(source, Source)] == [path]
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert _lines(path) == LINES
    (other := tmp_path / "a.csv").write_bytes(bz2.compress(gzip.compress(TEXT.encode())))
    assert _lines(other) == LINES
    other.write_bytes(gzip.compress(twice))
    with pytest.raises(Unreadable, match="packed more than twice"):
        _lines(other)


def test_an_archive_may_be_called_otherwise(tmp_path: Path) -> None:
    """It is one by how it begins."""
    assert _lines(_zip(tmp_path / "a.csv", {"b.csv": TEXT.encode()})) == LINES


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO(TEXT.encode()))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.tar", _tar(), "a tar archive, which is not opened here: unpack it first"),
        ("a.tar.gz", gzip.compress(_tar(), mtime=0), "a tar archive, which is not opened here: unpack it first"),
        ("a.tbz2", bz2.compress(_tar()), "a tar archive, which is not opened here: unpack it first"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive, which is not opened here: unpack it first"),
        ("a.parquet", b"PAR1\x15\4", "a Parquet file, which is not read here: save its table as CSV"),
        ("a.rda", gzip.compress(b"RDX3\nX\n", mtime=0), "data of R, which is not read here: save its table as CSV"),
        ("a.rds", gzip.compress(b"X\n\0\0\0\3", mtime=0), "data of R, which is not read here: save its table as CSV"),
        ("a.dta", b"<stata_dta><header>", "data of Stata, which is not read here: save its table as CSV"),
        ("a.dta", b"s\2\1\0\x31", "data of Stata, which is not read here: save its table as CSV"),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE", "data of SPSS, which is not read here: save its table as CSV"),
        ("a.arrow", b"ARROW1\0\0", "an Arrow file, which is not read here: save its table as CSV"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "a document of Office, which is not read here: save its table"),
    ],
)
def test_what_is_no_text_is_refused_whole(tmp_path: Path, name: str, data: bytes, what: str) -> None:
    """It says what to do, and none of its bytes is taken for a row."""
    (path := tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        _lines(path)
    assert what in str(refused.value)


def test_a_workbook_is_refused(tmp_path: Path) -> None:
    """Though it is an archive of text."""
    path = _zip(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    (refused,) = sources_of([path], SUFFIXES)
    assert "a.xlsx is a document of Office, which is not read here: save its table as CSV" in str(refused)


def test_every_file_of_an_archive_is_read(tmp_path: Path) -> None:
    """One after the other, each a source with a name and a hash of its own."""
    path = _zip(tmp_path / "a.zip", {"one.csv": b"1\n", "in/two.csv": b"2\n"})
    found = [one for one in sources_of([path], SUFFIXES) if isinstance(one, Source)]
    assert [one.name for one in found] == [f"{path}/one.csv", f"{path}/in/two.csv"]
    assert len({digest_of(one) for one in found}) == 2


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """What macOS puts beside each file of an archive, and copies that editors keep, are no data."""
    (folder := tmp_path / ".data").mkdir()
    for name in ("a.csv", "._a.csv", ".ipynb_checkpoints/a-checkpoint.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"1\n")
    assert list(sources_of([folder], SUFFIXES)) == [Source(folder / "a.csv")]
    path = _zip(tmp_path / "a.zip", {"in/a.csv": b"1\n", "__MACOSX/in/._a.csv": b"\0\5\x16\7", "in/.DS_Store": b"\0"})
    assert list(sources_of([path], SUFFIXES)) == [Source(path, "in/a.csv")]


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    """Those of the format, in folders below too; links are named and not followed."""
    (tmp_path / "in").mkdir()
    for name in ("b.csv", "a.csv.gz", "in/c.txt", "readme.md"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "z.csv").symlink_to("/etc/passwd")
    found = list(sources_of([tmp_path], SUFFIXES))
    names = [str(one.path.relative_to(tmp_path)) for one in found if isinstance(one, Source)]
    assert names == ["a.csv.gz", "b.csv", "in/c.txt"]
    (refused,) = (str(one) for one in found if isinstance(one, Unreadable))
    assert "z.csv is a link" in refused


@pytest.mark.parametrize("pack", PACKERS)
def test_a_truncated_archive_gives_what_came_before_the_break(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """And says that it is broken off."""
    noise = "".join(f"{hash((number, 'x'))}\n" for number in range(200_000))
    packed = pack(noise.encode())
    (path := tmp_path / f"a.csv{PACKERS[pack]}").write_bytes(packed[: len(packed) // 2])
    whole, found = noise.splitlines(), []
    with opened(Source(path)) as stream, pytest.raises(Unreadable, match="broken off"):  # noqa: PT012
        for line in lines_of(stream, []):
            found.append(line)  # noqa: PERF402
    assert len(found) > 10_000
    assert [text for _, text in found] == whole[: len(found)]  # type: ignore[misc]


@pytest.mark.parametrize("pack", PACKERS)
def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]) -> None:
    """What swells a thousandfold is no data, alone or inside of an archive."""
    monkeypatch.setattr(unpacking, "SWELLS_FROM", 1_000_000)
    packed = pack(bytes(50_000_000))
    (bomb := tmp_path / f"bomb.csv{PACKERS[pack]}").write_bytes(packed)
    nested = _zip(tmp_path / "nested.zip", {bomb.name: packed})
    # Within, nothing comes out, and it is only the packing that swells.
    (twice := tmp_path / "twice.csv.gz").write_bytes(pack(gzip.compress(b"") * 1_000_000))
    for path in (bomb, nested, twice):
        (source,) = sources_of([path], SUFFIXES)
        assert isinstance(source, Source)
        with opened(source) as stream, pytest.raises(Unreadable, match="swells"):
            list(lines_of(stream, []))


def test_an_archive_that_admits_to_be_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without opening it; one inside of another is not opened either."""
    monkeypatch.setattr(unpacking, "SWELLS_FROM", 1_000_000)
    bomb = _zip(tmp_path / "bomb.zip", {"a.csv": bytes(20_000_000)})
    (refused,) = sources_of([bomb], SUFFIXES)
    assert "swells" in str(refused)
    (refused,) = sources_of([_zip(tmp_path / "nested.zip", {"bomb.zip": bomb.read_bytes()})], SUFFIXES)
    assert "nested.zip/bomb.zip is an archive inside of an archive" in str(refused)


def test_packed_files_of_an_archive_are_read(tmp_path: Path) -> None:
    """One step deep."""
    assert _lines(_zip(tmp_path / "a.zip", {"a.csv.gz": gzip.compress(TEXT.encode())})) == LINES


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_an_archive_that_is_cut_is_refused(tmp_path: Path, cut: float) -> None:
    """A ZIP has its list at its end."""
    whole = _zip(tmp_path / "whole.zip", {"a.csv": TEXT.encode()}).read_bytes()
    (path := tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * cut)])
    (refused,) = sources_of([path], SUFFIXES)
    assert "is not a whole ZIP archive" in str(refused)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """Devices and pipes are not waited for, given or in a folder; a folder or an archive without files is told."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "empty").mkdir()
    given = [tmp_path / "pipe.csv", Path("/dev/zero"), tmp_path, tmp_path / "empty", _zip(tmp_path / "none.zip", {})]
    told = [str(one) for one in sources_of(given, SUFFIXES)]
    for name in ("pipe.csv", "/dev/zero", "pipe.csv"):
        assert any(f"{name} is neither a file nor a folder" in one for one in told)
    assert any("empty has no file that ends in .csv, .txt" in one for one in told)
    assert any("none.zip has no files" in one for one in told)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_members_with_one_name_the_last_is_read(tmp_path: Path) -> None:
    """An archive opens no other; those before it are refused, not read as it."""
    with zipfile.ZipFile(path := tmp_path / "a.zip", "w") as archive:
        for data in (b"1\n", b"2\n"):
            archive.writestr("a.csv", data)
    refused, source = sources_of([path], SUFFIXES)
    assert "a.csv comes again further on" in str(refused)
    assert isinstance(source, Source)
    with opened(source) as stream:
        assert list(lines_of(stream, [])) == [(1, "2")]


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "in/../../out.csv", "..\\out.csv"])
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    """By name; the others are read."""
    path = _zip(tmp_path / "a.zip", {name: b"1\n", "good.csv": b"2\n"})
    refused, good = sources_of([path], SUFFIXES)
    assert "leads out of the archive" in str(refused)
    assert isinstance(good, Source)


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    """They are read by nobody."""
    with zipfile.ZipFile(path := tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (refused,) = sources_of([path], SUFFIXES)
    assert "is a link" in str(refused)


def test_a_mark_is_no_part_of_the_text() -> None:
    """Of UTF-8, UTF-16 and UTF-32 of either order; UTF-16 needs none."""
    assert _of(b"\xef\xbb\xbfid\n1\r\n") == [(1, "id"), (2, "1")]
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        mark = "\ufeff".encode(encoding)
        assert _of(mark + "id\nقلق\n".encode(encoding)) == [(1, "id"), (2, "قلق")]
    for encoding in ("utf-16-le", "utf-16-be"):
        assert _of("id\nقلق\n".encode(encoding)) == [(1, "id"), (2, "قلق")]


def test_lines_may_end_in_carriage_returns_alone() -> None:
    """A spreadsheet on a Mac ends them so."""
    assert _of("id\rقلق\r2".encode()) == [(1, "id"), (2, "قلق"), (3, "2")]
    assert len(_of(b"id\r" * 1_000_000)) == 1_000_000


def test_lines_of_windows_are_read_and_counted() -> None:
    """A line that is no UTF-8 anywhere is Windows-1252; one that is partly so is skipped by its number."""
    foreign: list[int] = []
    data = "café\n".encode() + "Málaga à Genève\n".encode("cp1252") + "é ".encode() + b"\xe9\n" + b"good\n"
    found = list(lines_of(io.BytesIO(data), foreign))  # type: ignore[arg-type]
    assert found[:2] == [(1, "café"), (2, "Málaga à Genève")]
    assert isinstance(found[2], Skipped)
    assert "neither UTF-8 nor Windows-1252" in found[2].why
    assert found[3] == (4, "good")
    assert foreign == [2]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """By its path."""
    (refused,) = sources_of([tmp_path / "gone.csv"], SUFFIXES)
    assert "gone.csv does not exist" in str(refused)


@pytest.mark.parametrize(("words", "encoding"), [("قصف الجيش حلب", "cp1256"), ("Россия и Сирия", "cp1251")])
def test_lines_of_another_alphabet_are_no_latin(words: str, encoding: str) -> None:
    """They would come out as letters that nobody wrote, as would the short ones after them; UTF-8 is read on."""
    foreign: list[int] = []
    data = f"café\n{words}\n{words[:3]}\ngood\n".encode(encoding, "replace") + f"{words}\n".encode()
    found = list(lines_of(io.BytesIO(data), foreign))  # type: ignore[arg-type]
    assert [(one.line, one.why) for one in found if isinstance(one, Skipped)] == [(2, FOREIGN), (3, FOREIGN)]
    assert [one for one in found if not isinstance(one, Skipped)][1:] == [(4, "good"), (5, words)]
