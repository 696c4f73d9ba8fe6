"""Where a visitor came from: the list's country id and label, and the day, give the state of that day.

The label decides first where it names another state than the id does ("U.S.S.R." under ``russia``), then the day where
one id and label cover several states (``congo-democratic-republic`` was Zaire for a quarter of a century), then the id,
which is read as any name of a state is. Codes are those of `diplocal.parties.State`. A code takes no position; the
label as printed is kept beside it.

Choices that are not plain from the tables:

- A state that only changed its name within ISO 3166's life has the withdrawn code for its former name, as ISO
  3166-3 has it (Burma, Dahomey, Upper Volta, Zaire, Rhodesia); one that changed its name before, or without a
  change of code, keeps today's (Ceylon, Siam, Khmer Republic, Union of South Africa, Malaya, Muscat and Oman,
  Western Samoa).
- West Germany is DE and the Yemen Arab Republic YE: ISO carried both codes over the unifications.
- Yugoslavia is YUCS from the kingdom of 1918 to 2003: ISO never told its successive states apart.
- Governments in exile, provisional and interim ones stand for the state itself (PL, CSHH, FR, IL, CU, AF); so does the
  Federation within Bosnia and Herzegovina (BA).
- China is CN throughout, with "China, Republic of" under ``china`` in 1945; under ``taiwan`` it is TW.
- Egypt is EG also while it was called the United Arab Republic (1958-1971): the label says Egypt.
- Viet Nam before 30 April 1975 is the southern state, the only one that came (the State of Vietnam, then the
  Republic of Vietnam): X-VIETNAM-SOUTH, for ISO has a code only for the northern one (VDVN).
- Tanganyika, a state from 1961 to 1964, is X-TANGANYIKA; Hawaii, kingdom and republic, X-HAWAII. ISO never had either.
"""

import pendulum

from diplocal.errors import InvalidValue
from diplocal.names.parties import codes_named
from diplocal.parties import State
from diplocal.state_names import STATES

BY_LABEL = {
    "Byelorussia": "BYAA",
    "Czechoslovakia": "CSHH",
    "Dahomey (Benin)": "DYBJ",
    "German Democratic Republic": "DDDE",
    "Serbia and Montenegro": "CSXX",
    "Southern Rhodesia (Zimbabwe)": "RHZW",
    "Tanganyika": "X-TANGANYIKA",
    "U.S.S.R.": "SUHH",
    "Upper Volta": "HVBF",
    "Upper Volta (Burkina Faso)": "HVBF",
    "Zimbabwe Rhodesia": "RHZW",
}
"""Labels that name a state themselves, whatever id they stand under."""

ENDED = {"U.S.S.R.": pendulum.Date(1991, 12, 26)}
"""From which day on a label names a state no more: the list went on to print it, of Moscow in February 1992."""

BY_DAY = {
    "burma": ((pendulum.Date(1989, 6, 18), "BUMM"),),
    "congo-democratic-republic": ((pendulum.Date(1971, 10, 27), "CD"), (pendulum.Date(1997, 5, 17), "ZRCD")),
    "congo-kinshasa": ((pendulum.Date(1971, 10, 27), "CD"), (pendulum.Date(1997, 5, 17), "ZRCD")),
    "russia": ((pendulum.Date(1922, 12, 30), "RU"), (pendulum.Date(1991, 12, 26), "SUHH")),
    "vietnam": ((pendulum.Date(1975, 4, 30), "X-VIETNAM-SOUTH"),),
    "zimbabwe": ((pendulum.Date(1980, 4, 18), "RHZW"),),
}
"""For an id that covers several states under one label: what it stood for before each of these days, oldest first."""

BY_ID = {
    "congo-republic": "CG",
    "hawaii": "X-HAWAII",
    "korea": "KR",
    "korea-north": "KP",
    "korea-south": "KR",
    "somoa": "WS",
}
"""Ids that are no name of one state: turned round, mistyped, or of several, where label and day do not decide."""


def state_of(country_id: str, label: str, on: pendulum.Date) -> State:
    """Return the state that an id and label stand for on a day, with the label as printed.

    >>> state_of("russia", "U.S.S.R.", pendulum.Date(1987, 12, 7))
    State(code='SUHH', label='U.S.S.R.')
    >>> state_of("congo-democratic-republic", "Zaire", pendulum.Date(1989, 6, 28))
    State(code='ZRCD', label='Zaire')

    Raises InvalidValue for a blank label, and for an id that names no state.
    """
    if not label:
        raise InvalidValue("country label", label, "the name of a country")
    named = None if label in ENDED and on >= ENDED[label] else BY_LABEL.get(label)
    code = named or _of_the_day(country_id, on) or BY_ID.get(country_id) or _of_the_name(country_id.replace("-", " "))
    if code is None:
        raise InvalidValue("country id", country_id, "the name of one state in small letters, such as 'korea-south'")
    return State(code, label)


def _of_the_day(country_id: str, on: pendulum.Date) -> str | None:
    return next((code for before, code in BY_DAY.get(country_id, ()) if on < before), None)


def _of_the_name(name: str) -> str | None:
    codes = codes_named(name) if name == name.lower() else ()
    return codes[0] if len(codes) == 1 and codes[0] in STATES else None
