"""The tests; they mirror app/."""

import pytest

pytest.register_assert_rewrite("tests.helpers", "tests.folders")
