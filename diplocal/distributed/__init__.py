"""Folds a log on many machines: parts of it by engagement, each on a worker of a Dask cluster, and merged.

It needs the extra ``distributed``. The records of an engagement fall into one part, and those of all that are said to
be duplicates of each other. That such parts may be merged in any order is what the law of merging asks of a projection:
``diplocal.testing`` tries it.
"""

from diplocal.distributed.folding import replay_distributed
from diplocal.distributed.parquet import write_parquet

__all__ = ["replay_distributed", "write_parquet"]
