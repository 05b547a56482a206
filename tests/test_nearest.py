"""The nearest matches of a name that nobody knows."""

import pytest

from app.nearest import nearest

NAMES = ["russia", "russian-federation", "syria", "united-states"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rusia", ["russia", "syria"]),
        ("Russian Federation", ["russian-federation", "russia"]),
        ("russia, or who else it was", ["russia"]),
        ("", []),
        ("---", []),
        ("nothing like it", []),
    ],
)
def test_the_likest_come_first(value: str, expected: list[str]) -> None:
    """A slip, another spelling, and words around the name are seen through; what is like none has none."""
    assert nearest(value, NAMES) == expected


@pytest.mark.parametrize("times", [1, 2, 7, 8, 9, 10_000])
def test_a_text_is_near_to_a_name_up_to_eight_times_as_long(times: int) -> None:
    """What is longer is not compared with it, which would take a second for an address full of it."""
    assert nearest("russia" * times, ["russia"]) == (["russia"] if times <= 8 else [])
