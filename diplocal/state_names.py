"""What states are called in English, for those of whom a source printed no more than a code.

The codes are those of ISO 3166-1, and XK for Kosovo. The names began as those of the Unicode Common Locale Data
Repository (CLDR). They are our own since: no new release of a library changes what a log says. A name takes no
position. What a source printed comes before it, always.
"""

from types import MappingProxyType

_CODES_AND_NAMES = """
    AD AND Andorra; AE ARE United Arab Emirates; AF AFG Afghanistan; AG ATG Antigua & Barbuda; AI AIA Anguilla;
    AL ALB Albania; AM ARM Armenia; AO AGO Angola; AQ ATA Antarctica; AR ARG Argentina; AS ASM American Samoa;
    AT AUT Austria; AU AUS Australia; AW ABW Aruba; AX ALA Åland Islands; AZ AZE Azerbaijan;
    BA BIH Bosnia & Herzegovina; BB BRB Barbados; BD BGD Bangladesh; BE BEL Belgium; BF BFA Burkina Faso;
    BG BGR Bulgaria; BH BHR Bahrain; BI BDI Burundi; BJ BEN Benin; BL BLM St. Barthélemy; BM BMU Bermuda;
    BN BRN Brunei; BO BOL Bolivia; BQ BES Caribbean Netherlands; BR BRA Brazil; BS BHS Bahamas; BT BTN Bhutan;
    BV BVT Bouvet Island; BW BWA Botswana; BY BLR Belarus; BZ BLZ Belize; CA CAN Canada;
    CC CCK Cocos (Keeling) Islands; CD COD Congo - Kinshasa; CF CAF Central African Republic;
    CG COG Congo - Brazzaville; CH CHE Switzerland; CI CIV Côte d’Ivoire; CK COK Cook Islands; CL CHL Chile;
    CM CMR Cameroon; CN CHN China; CO COL Colombia; CR CRI Costa Rica; CU CUB Cuba; CV CPV Cape Verde; CW CUW Curaçao;
    CX CXR Christmas Island; CY CYP Cyprus; CZ CZE Czechia; DE DEU Germany; DJ DJI Djibouti; DK DNK Denmark;
    DM DMA Dominica; DO DOM Dominican Republic; DZ DZA Algeria; EC ECU Ecuador; EE EST Estonia; EG EGY Egypt;
    EH ESH Western Sahara; ER ERI Eritrea; ES ESP Spain; ET ETH Ethiopia; FI FIN Finland; FJ FJI Fiji;
    FK FLK Falkland Islands; FM FSM Micronesia; FO FRO Faroe Islands; FR FRA France; GA GAB Gabon;
    GB GBR United Kingdom; GD GRD Grenada; GE GEO Georgia; GF GUF French Guiana; GG GGY Guernsey; GH GHA Ghana;
    GI GIB Gibraltar; GL GRL Greenland; GM GMB Gambia; GN GIN Guinea; GP GLP Guadeloupe; GQ GNQ Equatorial Guinea;
    GR GRC Greece; GS SGS South Georgia & South Sandwich Islands; GT GTM Guatemala; GU GUM Guam; GW GNB Guinea-Bissau;
    GY GUY Guyana; HK HKG Hong Kong SAR China; HM HMD Heard & McDonald Islands; HN HND Honduras; HR HRV Croatia;
    HT HTI Haiti; HU HUN Hungary; ID IDN Indonesia; IE IRL Ireland; IL ISR Israel; IM IMN Isle of Man; IN IND India;
    IO IOT British Indian Ocean Territory; IQ IRQ Iraq; IR IRN Iran; IS ISL Iceland; IT ITA Italy; JE JEY Jersey;
    JM JAM Jamaica; JO JOR Jordan; JP JPN Japan; KE KEN Kenya; KG KGZ Kyrgyzstan; KH KHM Cambodia; KI KIR Kiribati;
    KM COM Comoros; KN KNA St. Kitts & Nevis; KP PRK North Korea; KR KOR South Korea; KW KWT Kuwait;
    KY CYM Cayman Islands; KZ KAZ Kazakhstan; LA LAO Laos; LB LBN Lebanon; LC LCA St. Lucia; LI LIE Liechtenstein;
    LK LKA Sri Lanka; LR LBR Liberia; LS LSO Lesotho; LT LTU Lithuania; LU LUX Luxembourg; LV LVA Latvia;
    LY LBY Libya; MA MAR Morocco; MC MCO Monaco; MD MDA Moldova; ME MNE Montenegro; MF MAF St. Martin;
    MG MDG Madagascar; MH MHL Marshall Islands; MK MKD North Macedonia; ML MLI Mali; MM MMR Myanmar (Burma);
    MN MNG Mongolia; MO MAC Macao SAR China; MP MNP Northern Mariana Islands; MQ MTQ Martinique; MR MRT Mauritania;
    MS MSR Montserrat; MT MLT Malta; MU MUS Mauritius; MV MDV Maldives; MW MWI Malawi; MX MEX Mexico; MY MYS Malaysia;
    MZ MOZ Mozambique; NA NAM Namibia; NC NCL New Caledonia; NE NER Niger; NF NFK Norfolk Island; NG NGA Nigeria;
    NI NIC Nicaragua; NL NLD Netherlands; NO NOR Norway; NP NPL Nepal; NR NRU Nauru; NU NIU Niue; NZ NZL New Zealand;
    OM OMN Oman; PA PAN Panama; PE PER Peru; PF PYF French Polynesia; PG PNG Papua New Guinea; PH PHL Philippines;
    PK PAK Pakistan; PL POL Poland; PM SPM St. Pierre & Miquelon; PN PCN Pitcairn Islands; PR PRI Puerto Rico;
    PS PSE Palestinian Territories; PT PRT Portugal; PW PLW Palau; PY PRY Paraguay; QA QAT Qatar; RE REU Réunion;
    RO ROU Romania; RS SRB Serbia; RU RUS Russia; RW RWA Rwanda; SA SAU Saudi Arabia; SB SLB Solomon Islands;
    SC SYC Seychelles; SD SDN Sudan; SE SWE Sweden; SG SGP Singapore; SH SHN St. Helena; SI SVN Slovenia;
    SJ SJM Svalbard & Jan Mayen; SK SVK Slovakia; SL SLE Sierra Leone; SM SMR San Marino; SN SEN Senegal;
    SO SOM Somalia; SR SUR Suriname; SS SSD South Sudan; ST STP São Tomé & Príncipe; SV SLV El Salvador;
    SX SXM Sint Maarten; SY SYR Syria; SZ SWZ Eswatini; TC TCA Turks & Caicos Islands; TD TCD Chad;
    TF ATF French Southern Territories; TG TGO Togo; TH THA Thailand; TJ TJK Tajikistan; TK TKL Tokelau;
    TL TLS Timor-Leste; TM TKM Turkmenistan; TN TUN Tunisia; TO TON Tonga; TR TUR Türkiye; TT TTO Trinidad & Tobago;
    TV TUV Tuvalu; TW TWN Taiwan; TZ TZA Tanzania; UA UKR Ukraine; UG UGA Uganda; UM UMI U.S. Outlying Islands;
    US USA United States; UY URY Uruguay; UZ UZB Uzbekistan; VA VAT Vatican City; VC VCT St. Vincent & Grenadines;
    VE VEN Venezuela; VG VGB British Virgin Islands; VI VIR U.S. Virgin Islands; VN VNM Vietnam; VU VUT Vanuatu;
    WF WLF Wallis & Futuna; WS WSM Samoa; XK --- Kosovo; YE YEM Yemen; YT MYT Mayotte; ZA ZAF South Africa;
    ZM ZMB Zambia; ZW ZWE Zimbabwe
"""
"""Two letters, three letters, dashes where there are none, and the name."""

_FORMER = """
    AIDJ French Afars and Issas; ANHH Netherlands Antilles; BUMM Burma (until 1989); BYAA Byelorussia;
    CSHH Czechoslovakia; CSXX Serbia and Montenegro; DDDE East Germany; DYBJ Dahomey;
    GEHH Gilbert and Ellice Islands; HVBF Upper Volta; NHVU New Hebrides; PZPA Panama Canal Zone;
    RHZW Southern Rhodesia; SKIN Sikkim; SUHH Soviet Union; TPTL East Timor (until 2002); VDVN North Vietnam;
    X-HAWAII Hawaii (until 1898); X-TANGANYIKA Tanganyika; X-VIETNAM-SOUTH South Vietnam; YDYE South Yemen;
    YUCS Yugoslavia; ZRCD Zaire
"""
"""Of the states of ISO 3166-3, and of three that it never had, those that reports still speak of. A name that a state
of today has too has its last year with it."""

_ISO_3166_3 = """
    AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH PCHH PUUM PZPA RHZW
    SKIN SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
"""
"""The four letters of each state that was dissolved or renamed."""

_OF_ORGANISATIONS = {
    "AFRICAN-UNION": "African Union",
    "ANDEAN-COMMUNITY": "Andean Community",
    "ARAB-LEAGUE": "Arab League",
    "NON-ALIGNED-MOVEMENT": "Non-Aligned Movement",
    "WORLD-BANK": "World Bank",
}
"""The names of organisations whose usual letters are the code of a state, or too short to tell them apart."""

_ROWS = [row.split(" ", maxsplit=2) for row in " ".join(_CODES_AND_NAMES.split()).split("; ")]

_FORMER_ROWS = [row.partition(" ") for row in " ".join(_FORMER.split()).split("; ")]

NAMES = MappingProxyType({two: name for two, _, name in _ROWS} | {code: name for code, _, name in _FORMER_ROWS})
"""The name for each code."""

STATES = frozenset({*(code for code in NAMES if not code.startswith("X-")), *_ISO_3166_3.split()})
"""The code that ISO 3166 has for each state, past and present, and Kosovo's as CLDR has it."""

THREE_LETTERS = MappingProxyType({three: two for two, three, _ in _ROWS if three.isalpha()})
"""The two letters for each code of three (ISO 3166-1 alpha-3)."""

_OLYMPIC = """
ALG DZ, ANG AO, ARU AW, ASA AS, BAH BS, BAN BD, BAR BB, BER BM, BHU BT, BIZ BZ, BOT BW, BRU BN, BUL BG, CAM KH, CAY KY,
CGO CG, CHA TD, CHI CL, CRC CR, CRO HR, DEN DK, ESA SV, FIJ FJ, GAM GM, GBS GW, GER DE, GRE GR, GRN GD, GUA GT, GUI GN,
HAI HT, HON HN, INA ID, IRI IR, ISV VI, IVB VG, KOS XK, KUW KW, LAT LV, LBA LY, LES LS, LIB LB, MAD MG, MAS MY, MAW MW,
MGL MN, MON MC, MRI MU, MTN MR, MYA MM, NCA NI, NED NL, NEP NP, NGR NG, NIG NE, OMA OM, PAR PY, PHI PH, PLE PS, POR PT,
PUR PR, SAM WS, SEY SC, SKN KN, SLO SI, SOL SB, SRI LK, SUD SD, SUI CH, TAN TZ, TGA TO, TOG TG, TPE TW, URU UY, VAN VU,
VIE VN, VIN VC, ZAM ZM, ZIM ZW
"""
"""Letters of the Olympic Committee for states that have others in ISO 3166-1; ANT and BUR were states there before."""
_WITHDRAWN = """
CSK CSHH, DDR DDDE, DHY DYBJ, HVO HVBF, ROM RO, SCG CSXX, SUN SUHH, TMP TPTL, VDR VDVN, YMD YDYE, YUG YUCS, ZAR ZRCD
"""
"""Letters that ISO 3166-1 gave and took back."""

_IN_USE = """
UK GB, EL GR, PRC CN, ROC TW, ROK KR, DPRK KP, UAE AE, USSR SUHH, DRC CD, KSA SA, GDR DDDE, FRG DE, RSA ZA, EAU AE,
UEA AE, VAE AE, RPC CN, RRT CN, VRC CN, BRD DE, RFA DE, CAR CF, EUA US, RCA CF, RCI CI, RDA DDDE, RDC CD, RPDC KP
"""
"""Abbreviations in use, in several languages."""


def _codes(pairs: str) -> dict[str, str]:
    """Read letters and the code that each means."""
    return dict(pair.split() for pair in pairs.split(","))


MEANT = MappingProxyType(
    _codes(_OLYMPIC)
    | _codes(_WITHDRAWN)
    | THREE_LETTERS
    | {code[:2]: code for code in STATES if len(code) == len("SUHH") and code[:2] not in STATES and code[:2] != "CS"}
    | _codes(_IN_USE)
)
"""Letters that people write, and the code that they mean: ISO 3166-1 alpha-3, former alpha-2, abbreviations in use."""


def name_of(code: str) -> str:
    """Return the name of a state or organisation, or its code where that is what it goes by.

    >>> name_of("CN"), name_of("SUHH"), name_of("X-DESK"), name_of("ASEAN")
    ('China', 'Soviet Union', 'X-DESK', 'ASEAN')
    """
    return NAMES.get(code) or _OF_ORGANISATIONS.get(code, code)
