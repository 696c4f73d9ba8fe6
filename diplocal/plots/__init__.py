"""Charts of answers, as SVG, PNG or PDF: ``pip install "diplocal[plots]"``."""

from diplocal.plots.chart import chart, written

__all__ = ["chart", "written"]
