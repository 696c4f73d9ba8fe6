"""Which state or organisation a code means, where people write codes by hand and slip.

Two letters are a state of ISO 3166-1, or XK; four letters are a dissolved state of ISO 3166-3; what begins with X- is a
code of the user's own; EU and UN are organisations, and so is everything else in capitals.
"""

import re

from diplocal.errors import InvalidValue
from diplocal.parties import ORGANISATION_CODE, STATE_CODE, Organisation, Party, State

_ISO_3166_1 = """
    ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD
    BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN
    CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU
    DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB
    GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG
    HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN
    KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU
    LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR
    MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL
    OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB
    RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP
    SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN
    TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF
    ZMZMB ZWZWE
"""
"""The two letters of each state, and right behind them its three letters."""

_ISO_3166_3 = """
    AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH PCHH PUUM PZPA RHZW
    SKIN SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
"""
"""The four letters of each state that was dissolved or renamed."""

STATES = {"XK", *_ISO_3166_3.split(), *(both[:2] for both in _ISO_3166_1.split())}
"""States past and present, and Kosovo as CLDR has it."""

MEANT = {both[2:]: both[:2] for both in _ISO_3166_1.split()} | {"UK": "GB", "EL": "GR"}
"""Codes that people write, and those that they mean: ISO 3166-1 alpha-3, and the United Kingdom and Greece."""

ORGANISATION = re.compile(rf"EU|UN|(?![A-Z]{{2}}$){ORGANISATION_CODE.pattern}")
"""Two letters are a state's, but for these."""

ANY_CODE = "the code of a state, such as 'RU' (ISO 3166-1), or of an organisation, such as 'ASEAN'"


def read_code(code: str) -> Party:
    """Give the state or organisation that a code means.

    >>> read_code("RU"), read_code("SUHH"), read_code("NATO")
    (State(code='RU', label=None), State(code='SUHH', label=None), Organisation(code='NATO', label=None))

    Raises InvalidValue for a code that means neither, and names the one that is meant where that is plain.
    """
    if code in STATES or (code.startswith("X-") and STATE_CODE.fullmatch(code)):
        return State(code)
    meant = MEANT.get(code.upper()) or code.upper()
    if meant != code and meant in STATES:
        raise InvalidValue("code", code, f"{meant!r}, its code in ISO 3166-1 alpha-2")
    if ORGANISATION.fullmatch(code):
        return Organisation(code)
    raise InvalidValue("code", code, ANY_CODE)
