"""Who polices where no municipality has a department of its own, state by state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from geo.errors import InputError
from geo.legal_types import TOWNSHIP_STATES
from geo.states import state_of

Residual = Literal["sheriff", "state_police", "county_police"]
PROFILES_READ: Final = "2026-11-23"
"""Day on which the sources of the profiles were read last."""

NOT_NAMED: Final = " (name not in the lists)"
"""Ends the words that stand in place of the name of an agency."""


@dataclass(frozen=True)
class StateProfile:
    """
    What is known of policing in a state, with the source that says so.

    Parameters
    ----------
    state : str
        FIPS code.
    residual_code : {"sheriff", "state_police", "county_police"}
        Who polices where no other department is known.
    is_county_police_first : bool
        Whether a county's police department, where the lists name one, polices in place of that.
    state_police_name : str
        Name of the State Police where a page gives it, for a list that does not; else empty.
    confidence_code : {"documented", "general_rule"}
        `documented` where a source says so of the state; never of each place in it.
    source_name, source_date, source_url : str
        That source: whose page, of when (a day, a month or a year; empty where it bears no date),
        its address. Empty for the general rule.
    note : str
        What a reader should know.
    """

    state: str
    residual_code: Residual = "sheriff"
    is_county_police_first: bool = True
    state_police_name: str = ""
    confidence_code: Literal["documented", "general_rule"] = "general_rule"
    source_name: str = ""
    source_date: str = ""
    source_url: str = ""
    note: str = "The sheriff has authority in the whole county; no source speaks of this place"

    @property
    def unlisted_name(self) -> str:
        """What a state-wide agency that no list names is called: never a name that is made up."""
        return self.state_police_name or f"State-wide police of {self.place}{NOT_NAMED}"

    @property
    def place(self) -> str:
        """Name of the state."""
        return state_of(self.state).name

    def page_on(self, kind: str) -> str | None:
        """
        Return the address of the source where it speaks of a kind of agency, else None.

        Parameters
        ----------
        kind : str
            Code of `agency.type_code`. Where the sheriff polices the rest, the source is on
            sheriffs: it is not cited for the State Police.
        """
        return self.source_url or None if kind == self.residual_code else None

    @property
    def has_township_governments(self) -> bool:
        """Whether towns or townships are governments here, and may have a department."""
        return self.state in TOWNSHIP_STATES


def _state_police(  # noqa: PLR0917 - one row of the list below, in its order
    state: str, name: str, source: str, day: str, url: str, note: str
) -> StateProfile:
    return StateProfile(
        state=state,
        residual_code="state_police",
        is_county_police_first=False,
        state_police_name=name,
        confidence_code="documented",
        source_name=source,
        source_date=day,
        source_url=url,
        note=note,
    )


def _sheriff(state: str, source: str, day: str, url: str, note: str) -> StateProfile:
    return StateProfile(
        state=state,
        confidence_code="documented",
        source_name=source,
        source_date=day,
        source_url=url,
        note=note,
    )


_DOCUMENTED: Final = (
    _state_police(
        "02",
        "Alaska State Troopers",
        "ProPublica and Anchorage Daily News",
        "2019-12-05",
        "https://www.propublica.org/article/looking-for-alaskas-rural-police-force-check-the-suburbs",
        "Troopers answer outside city limits; many villages have no police of any kind near",
    ),
    _state_police(
        "09",
        "Connecticut State Police",
        "Connecticut Office of Legislative Research, report 2011-R-0194",
        "2011",
        "https://www.cga.ct.gov/2011/rpt/2011-R-0194.htm",
        "81 towns were under State Police jurisdiction in 2011; there are no sheriffs",
    ),
    StateProfile(
        state="10",
        residual_code="state_police",
        is_county_police_first=True,
        state_police_name="Delaware State Police",
        confidence_code="documented",
        source_name="Cape Gazette",
        source_date="2011-04-03",
        source_url="https://www.capegazette.com/node/10115/1000",
        note=(
            "State Police in Kent and Sussex counties, the county's police in New Castle; sheriffs "
            "do not police"
        ),
    ),
    _sheriff(
        "13",
        "Georgia county jail directory, on sheriffs",
        "",
        "https://georgiajailroster.com/county-jail/",
        "In many counties general policing lies with a county police department, not the sheriff",
    ),
    StateProfile(
        state="15",
        residual_code="county_police",
        confidence_code="documented",
        source_name="LegalClarity, on chapter 52D of the Hawaii Revised Statutes",
        source_url="https://legalclarity.org/police-in-hawaii-jurisdiction-duties-and-public-rights",
        note="Four county police departments; no municipal ones and no county sheriffs",
    ),
    _sheriff(
        "23",
        "Bangor Daily News",
        "2020-01-30",
        "https://www.bangordailynews.com/2020/01/30/news/"
        "how-maine-plans-to-shift-some-rural-police-coverage-to-county-sheriffs/",
        "Sheriff, State Police share rural calls by agreement; more are the sheriff's since 2020",
    ),
    _sheriff(
        "24",
        "Baltimore Sun",
        "2007-03-21",
        "http://articles.baltimoresun.com/2007-03-21/news/"
        "0703210155_1_carroll-county-resident-trooper-commissioners",
        "A sheriff's office was the primary agency in 17 of 23 counties; elsewhere county police",
    ),
    _state_police(
        "25",
        "Massachusetts State Police",
        "Wikipedia, Law enforcement in Massachusetts",
        "",
        "https://en.wikipedia.org/wiki/Law_enforcement_in_Massachusetts",
        "The State Police are first in towns that have no police; sheriffs run jails",
    ),
    _state_police(
        "33",
        "New Hampshire State Police",
        "Concord Monitor, on Salisbury",
        "2013",
        "http://www.concordmonitor.com/opinion/talkback/10201596-95/"
        "three-years-after-losing-local-police-salisbury-content-with-state-troopers",
        "In a town that lost its police the State Police answer every call; a source for one town",
    ),
    _state_police(
        "34",
        "New Jersey State Police",
        "NJTV News",
        "2015",
        "https://www.njtvonline.org/news/video/rural-nj-communities-rely-on-state-police-for-coverage/",
        "The State Police cover 73 municipalities full time and 13 part time",
    ),
    _state_police(
        "42",
        "Pennsylvania State Police",
        "WESA",
        "2016-05-09",
        "https://www.wesa.fm/identity-justice/2016-05-09/"
        "half-of-pa-municipalities-rely-fully-on-state-police",
        "1,287 of 2,561 municipalities had no police of their own and relied on the State Police",
    ),
    _state_police(
        "44",
        "Rhode Island State Police",
        "WPRI",
        "2020-03-12",
        "https://www.wpri.com/news/local-news/south-county/"
        "ri-has-one-town-without-a-police-department-but-that-might-change/",
        "Exeter was the only town without police of its own; the State Police cover it",
    ),
    _state_police(
        "50",
        "Vermont State Police",
        "Caledonian Record",
        "2023-01-10",
        "https://www.caledonianrecord.com/opinion/columns/"
        "chris-bradley-self-defense-in-vermont/article_d575ce63-449e-5374-aa94-2d87f6eb723f.html",
        "About 200 towns rely on the State Police alone; some pay a sheriff for hours of patrol",
    ),
    _sheriff(
        "51",
        "Pittsylvania County Sheriff's Office",
        "",
        "https://pittsylvaniacountyva.gov/237/Services",
        "Sheriffs police counties without a county police department: 86 counties",
    ),
)

_NAMES: Final = {"26": "Michigan State Police"}
"""Names that the shipped tables have a source for, of states that the general rule is for."""
_PROFILES: Final = {profile.state: profile for profile in _DOCUMENTED}


def state_profile(state: str) -> StateProfile:
    """
    Return what is known of policing in a state.

    Parameters
    ----------
    state : str
        FIPS code.

    Returns
    -------
    StateProfile
        The general rule (the sheriff, or a county police department that the lists name) where no
        source was read.

    Raises
    ------
    InputError
        If there is no such state.

    Examples
    --------
    >>> state_profile("42").residual_code, state_profile("26").confidence_code
    ('state_police', 'general_rule')
    """
    if state not in _PROFILES:
        known = state_of(state)
        if known.fips != state:
            msg = f"`state` is {state!r}; give its FIPS code, {known.fips}"
            raise InputError(msg)
        return StateProfile(state=state, state_police_name=_NAMES.get(state, ""))
    return _PROFILES[state]
