"""The one bridge from a log to its answers: follows the log, keeps what is understood, runs views, answers as of then.

log -> following -> tables -> understanding (now, then) -> views -> diary
"""

from diplocal.diary.diary import Diary, DiaryInMemory, Some
from diplocal.diary.folding import EngagementsLeftOut

__all__ = ["Diary", "DiaryInMemory", "EngagementsLeftOut", "Some"]
