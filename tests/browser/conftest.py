"""Show at the end of a run what Pyodide took."""

from __future__ import annotations

import pytest

SECONDS = pytest.StashKey[dict[str, float]]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """One line with the seconds of each step, if Pyodide ran."""
    seconds = config.stash.get(SECONDS, {})
    if seconds:
        steps = ", ".join(f"{step} {value:.2f} s" for step, value in seconds.items())
        terminalreporter.write_line(f"Pyodide: {steps}")
