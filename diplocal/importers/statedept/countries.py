"""Where a visitor came from: the list's country id and label, and the day, give the state of that day.

The label decides first where it names another state than the id does ("U.S.S.R." under ``russia``), then the day where
one id and label cover several states (``congo-democratic-republic`` was Zaire for a quarter of a century), then the id.
Codes are those of `diplocal.parties.State`. A code takes no position; the label as printed is kept beside it.

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
from diplocal.parties import State

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
    "afghanistan": "AF",
    "albania": "AL",
    "algeria": "DZ",
    "andorra": "AD",
    "angola": "AO",
    "antarctica": "AQ",
    "antigua-barbuda": "AG",
    "argentina": "AR",
    "armenia": "AM",
    "australia": "AU",
    "austria": "AT",
    "azerbaijan": "AZ",
    "bahamas": "BS",
    "bahrain": "BH",
    "bangladesh": "BD",
    "barbados": "BB",
    "belarus": "BY",
    "belgium": "BE",
    "belize": "BZ",
    "benin": "BJ",
    "bermuda": "BM",
    "bhutan": "BT",
    "bolivia": "BO",
    "bosnia-herzegovina": "BA",
    "botswana": "BW",
    "brazil": "BR",
    "brunei": "BN",
    "bulgaria": "BG",
    "burkina-faso": "BF",
    "burma": "MM",
    "burundi": "BI",
    "cambodia": "KH",
    "cameroon": "CM",
    "canada": "CA",
    "cape-verde": "CV",
    "central-african-republic": "CF",
    "chad": "TD",
    "chile": "CL",
    "china": "CN",
    "colombia": "CO",
    "comoros": "KM",
    "congo-democratic-republic": "CD",
    "congo-kinshasa": "CD",
    "congo-republic": "CG",
    "cook-islands": "CK",
    "costa-rica": "CR",
    "cote-divoire": "CI",
    "croatia": "HR",
    "cuba": "CU",
    "cyprus": "CY",
    "czech-republic": "CZ",
    "czechoslovakia": "CSHH",
    "denmark": "DK",
    "djibouti": "DJ",
    "dominica": "DM",
    "dominican-republic": "DO",
    "ecuador": "EC",
    "egypt": "EG",
    "el-salvador": "SV",
    "equatorial-guinea": "GQ",
    "eritrea": "ER",
    "estonia": "EE",
    "eswatini": "SZ",
    "ethiopia": "ET",
    "fiji": "FJ",
    "finland": "FI",
    "france": "FR",
    "gabon": "GA",
    "gambia": "GM",
    "georgia": "GE",
    "german-democratic-republic": "DDDE",
    "germany": "DE",
    "ghana": "GH",
    "greece": "GR",
    "greenland": "GL",
    "grenada": "GD",
    "guatemala": "GT",
    "guinea": "GN",
    "guinea-bissau": "GW",
    "guyana": "GY",
    "haiti": "HT",
    "hawaii": "X-HAWAII",
    "holy-see": "VA",
    "honduras": "HN",
    "hong-kong": "HK",
    "hungary": "HU",
    "iceland": "IS",
    "india": "IN",
    "indonesia": "ID",
    "iran": "IR",
    "iraq": "IQ",
    "ireland": "IE",
    "israel": "IL",
    "italy": "IT",
    "jamaica": "JM",
    "japan": "JP",
    "jordan": "JO",
    "kazakhstan": "KZ",
    "kenya": "KE",
    "kiribati": "KI",
    "korea": "KR",
    "korea-north": "KP",
    "korea-south": "KR",
    "kosovo": "XK",
    "kuwait": "KW",
    "kyrgyzstan": "KG",
    "laos": "LA",
    "latvia": "LV",
    "lebanon": "LB",
    "lesotho": "LS",
    "liberia": "LR",
    "libya": "LY",
    "liechtenstein": "LI",
    "lithuania": "LT",
    "luxembourg": "LU",
    "macedonia": "MK",
    "madagascar": "MG",
    "malawi": "MW",
    "malaysia": "MY",
    "maldives": "MV",
    "mali": "ML",
    "malta": "MT",
    "marshall-islands": "MH",
    "mauritania": "MR",
    "mauritius": "MU",
    "mexico": "MX",
    "micronesia": "FM",
    "moldova": "MD",
    "monaco": "MC",
    "mongolia": "MN",
    "montenegro": "ME",
    "morocco": "MA",
    "mozambique": "MZ",
    "namibia": "NA",
    "nauru": "NR",
    "nepal": "NP",
    "netherlands": "NL",
    "netherlands-antilles": "ANHH",
    "new-caledonia": "NC",
    "new-zealand": "NZ",
    "nicaragua": "NI",
    "niger": "NE",
    "nigeria": "NG",
    "niue": "NU",
    "north-macedonia": "MK",
    "norway": "NO",
    "oman": "OM",
    "pakistan": "PK",
    "palau": "PW",
    "palestinian-authority": "PS",
    "panama": "PA",
    "papua-new-guinea": "PG",
    "paraguay": "PY",
    "peru": "PE",
    "philippines": "PH",
    "poland": "PL",
    "portugal": "PT",
    "qatar": "QA",
    "romania": "RO",
    "russia": "RU",
    "rwanda": "RW",
    "saint-kitts-nevis": "KN",
    "saint-lucia": "LC",
    "saint-vincent-grenadines": "VC",
    "samoa": "WS",
    "san-marino": "SM",
    "sao-tome-and-principe": "ST",
    "saudi-arabia": "SA",
    "senegal": "SN",
    "serbia": "RS",
    "seychelles": "SC",
    "sierra-leone": "SL",
    "singapore": "SG",
    "slovakia": "SK",
    "slovenia": "SI",
    "solomon-islands": "SB",
    "somalia": "SO",
    "somoa": "WS",
    "south-africa": "ZA",
    "south-sudan": "SS",
    "spain": "ES",
    "sri-lanka": "LK",
    "sudan": "SD",
    "suriname": "SR",
    "swaziland": "SZ",
    "sweden": "SE",
    "switzerland": "CH",
    "syria": "SY",
    "taiwan": "TW",
    "tajikistan": "TJ",
    "tanzania": "TZ",
    "thailand": "TH",
    "timor-leste": "TL",
    "togo": "TG",
    "tonga": "TO",
    "trinidad-and-tobago": "TT",
    "tunisia": "TN",
    "turkey": "TR",
    "turkiye": "TR",
    "turkmenistan": "TM",
    "tuvalu": "TV",
    "uganda": "UG",
    "ukraine": "UA",
    "united-arab-emirates": "AE",
    "united-kingdom": "GB",
    "uruguay": "UY",
    "uzbekistan": "UZ",
    "vanuatu": "VU",
    "venezuela": "VE",
    "vietnam": "VN",
    "yemen": "YE",
    "yugoslavia": "YUCS",
    "zambia": "ZM",
    "zimbabwe": "ZW",
}
"""What an id stands for where neither label nor day decide; with the typo and the second names that the lists have."""


def state_of(country_id: str, label: str, on: pendulum.Date) -> State:
    """Give the state that an id and label stand for on a day, with the label as printed.

    >>> state_of("russia", "U.S.S.R.", pendulum.Date(1987, 12, 7))
    State(code='SUHH', label='U.S.S.R.')
    >>> state_of("congo-democratic-republic", "Zaire", pendulum.Date(1989, 6, 28))
    State(code='ZRCD', label='Zaire')

    Raises InvalidValue for a blank label, and for an id that no table here has.
    """
    if not label:
        raise InvalidValue("country label", label, "the name of a country")
    named = None if label in ENDED and on >= ENDED[label] else BY_LABEL.get(label)
    code = named or _of_the_day(country_id, on) or BY_ID.get(country_id)
    if code is None:
        raise InvalidValue("country id", country_id, "one that is listed in diplocal.importers.statedept.countries")
    return State(code, label)


def _of_the_day(country_id: str, on: pendulum.Date) -> str | None:
    return next((code for before, code in BY_DAY.get(country_id, ()) if on < before), None)
