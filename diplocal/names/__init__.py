"""From what people write to whom and what they mean: states, organisations, people and their offices, kinds, statuses.

Every door reads names here: filters, commands, configurations, addresses and importers. What means nothing is
Unresolved, with what comes near; what means several is Ambiguous.

>>> from diplocal.names import kind, participant, party
>>> party("Korea, South").code, participant("Foreign Minister Wang Yi (China)").name, kind("phone call").kind
('KR', 'Wang Yi', 'call')
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
