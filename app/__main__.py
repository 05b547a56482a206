"""The command `dragoman`, which `python -m app` is, too."""

import gc


def main() -> None:
    """Load the commands, and run the one that is asked for."""
    # What is loaded stays. The collector would look through it again and again, for a sixth of the time of a start.
    gc.disable()
    from app.cli import cli  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    cli()


if __name__ == "__main__":
    main()
