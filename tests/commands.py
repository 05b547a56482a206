"""The command `dragoman`, run in the process of the tests."""

from typer.testing import CliRunner, Result

from app.cli import cli
from app.settings import get_settings


def run(*arguments: str, **settings: object) -> Result:
    """The result of `dragoman ARGUMENTS` with these SETTINGS; an error that nobody foresaw fails the test."""
    get_settings.cache_clear()
    try:
        environment = {f"DRAGOMAN_{name.upper()}": str(value) for name, value in settings.items()}
        result = CliRunner(env=environment).invoke(cli, arguments)
    finally:
        get_settings.cache_clear()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
