"""The laws that every projection must keep, one function each."""

from diplocal.testing.law import Law
from diplocal.testing.lawbook.arriving import arrival, duplicates, growth, refinement
from diplocal.testing.lawbook.determinism import determinism, isolation
from diplocal.testing.lawbook.engagements import merging, order, unrelated
from diplocal.testing.lawbook.feeds import apart, identity, readable, sequence
from diplocal.testing.lawbook.healing import correction, retraction
from diplocal.testing.lawbook.metamorphic import renaming, shifting
from diplocal.testing.lawbook.processes import processes
from diplocal.testing.lawbook.purity import purity
from diplocal.testing.lawbook.recounting import recount
from diplocal.testing.lawbook.reporting import echo, plans, recording, respelling
from diplocal.testing.lawbook.secrecy import secrecy
from diplocal.testing.lawbook.stopping import as_of, batches, redelivery, resume, snapshots
from diplocal.testing.lawbook.totality import totality
from diplocal.testing.lawbook.wire import upcasting

LAWS: tuple[Law, ...] = (
    totality,
    purity,
    isolation,
    determinism,
    processes,
    correction,
    retraction,
    unrelated,
    upcasting,
    resume,
    redelivery,
    as_of,
    snapshots,
    batches,
    order,
    merging,
    secrecy,
    recount,
    renaming,
    shifting,
    echo,
    plans,
    recording,
    respelling,
    arrival,
    refinement,
    duplicates,
    growth,
)
"""All of them, those first whose findings explain others."""

LAWS_OF_FEEDS: tuple[Law, ...] = (readable, apart, identity, sequence)
"""What a feed must do beside, for those who subscribe to it."""
