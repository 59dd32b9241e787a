"""Errors this package raises, over builtins, so that a caller can catch either."""


class GeoError(Exception):
    """Base of every error of this package."""


class InputError(GeoError, ValueError):
    """An argument or a row that cannot be used; the message names it and the remedy."""


class CRSError(GeoError, ValueError):
    """A geometry in another coordinate reference system than the function needs."""


class RegionError(GeoError, LookupError):
    """A region or a county that is not there."""


class SourceError(GeoError, OSError):
    """A publisher's file that could not be had; the message names address, tries and remedy."""


class TableError(GeoError, RuntimeError):
    """
    A table that is missing, changed or of another shape than its schema.

    Parameters
    ----------
    path : str
        The file, relative to the project.
    problem : str
        What is wrong with it.
    remedy : str
        The command that repairs it.
    """

    def __init__(self, path: str, problem: str, remedy: str = "python -m geo build") -> None:
        self.path = path
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path}: {problem}. Repair it with `{remedy}`.")
