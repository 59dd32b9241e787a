"""One figure beside its budget and beside the plain page's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """
    A measured figure.

    Parameters
    ----------
    work : str
        What was done.
    unit : str
        ms, kB or MB.
    ours : float
    plain : float, optional
        The plain way's; missing where there is no fair counterpart.
    limit : float, optional
        The budget, in the same unit; missing where none is set.
    """

    work: str
    unit: str
    ours: float
    plain: float | None = None
    limit: float | None = None

    def as_markdown(self) -> str:
        """Return the row of the table, cells in the order of `HEAD`."""
        ratio = "" if self.plain is None or self.ours <= 0 else f"{self.plain / self.ours:.1f}"
        met = "" if self.limit is None else ("yes" if self.ours <= self.limit else "**no**")
        cells = [self.work, self._text(self.ours), self._text(self.plain), ratio]
        cells += [self._text(self.limit), met]
        return f"| {' | '.join(cells)} |"

    def _text(self, value: float | None) -> str:
        if value is None:
            return ""
        digits = 1 if abs(value) < 10 else 0
        return f"{value:,.{digits}f} {self.unit}"


HEAD = """\
| budget | ours | plain page | plain / ours | limit | met |
|---|---:|---:|---:|---:|---|"""


@dataclass(frozen=True)
class Skipped:
    """A benchmark that could not run here, and why."""

    work: str
    why: str

    def as_markdown(self) -> str:
        """Return the row of the table."""
        return f"| {self.work} | skipped: {self.why} | | | | |"
