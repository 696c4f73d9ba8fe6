"""Patrols are counted for those who made them together, and who reacts takes no part in them."""

from functools import partial

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import Domain, ForcesScrambled, MergedAsDuplicate, PatrolConducted, Retracted
from diplocal.parties import State
from diplocal.projections import ContactFrequency, PatrolCount, Patrols, Tempo
from diplocal.projections.days import Days
from diplocal.testing import given

CHINA, RUSSIA, JAPAN, KOREA = State("CN"), State("RU"), State("JP"), State("KR")


def patrol(slug: str, when: str, *actors: State, area: str | None = None) -> PatrolConducted:
    return PatrolConducted(engagement=slug, actors=actors, when=When(when), domains=(Domain.AIR,), area=area)


JOINT = patrol("joint", "2023-06-06", RUSSIA, CHINA)
ALONE = patrol("alone", "2023-06-28", CHINA, area="Tsushima Strait")
RECENT = patrol("recent", "2023-06~/2023-09~", CHINA, RUSSIA)
SCRAMBLED = ForcesScrambled(engagement="joint", by=JAPAN)


def test_a_joint_patrol_is_none_of_either_alone() -> None:
    story = given(JOINT, ALONE)
    story.then(
        Patrols,
        [
            PatrolCount("2023-06", ("CN",), "Tsushima Strait", 1, 0),
            PatrolCount("2023-06", ("CN", "RU"), None, 1, 0),
        ],
        ask=lambda seen: seen.by("month"),
    )
    story.then(Patrols, ["joint", "alone"], ask=lambda seen: [one.slug for one in seen.chosen(state="cn")])
    story.then(Patrols, ["joint"], ask=lambda seen: [one.slug for one in seen.chosen(pair=("CN", "RU"))])


def test_patrols_of_recent_months_belong_to_no_month_and_count_all_the_same() -> None:
    story = given(JOINT, RECENT)
    counts = [("2023-06", 1), (None, 1)]
    story.then(Patrols, counts, ask=lambda seen: [(row.period, row.count) for row in seen.by("month")])
    story.then(Patrols, Tempo(2, 1, None), ask=lambda seen: seen.tempo())


def test_the_article_tells_of_patrols_without_a_month_to_which_south_korea_reacted() -> None:
    story = given(*article.as_reported())
    count = PatrolCount(None, ("CN", "RU"), None, 1, 1)
    story.then(Patrols, [count], ask=lambda seen: seen.by("month"))
    story.then(Patrols, {"KR": 1}, ask=lambda seen: seen.answered_by(pair=("RU", "CN")))


def test_a_scramble_is_a_reaction_and_no_contact() -> None:
    story = given(JOINT, SCRAMBLED)
    story.then(
        Patrols, [("joint", "JP")], ask=lambda seen: [(s.patrol.slug, s.reaction.by.code) for s in seen.scrambles()]
    )
    pairs = {("CN", "RU")}
    story.then(ContactFrequency, pairs, ask=lambda contacts: {row.pair for row in contacts.by("all")})


def test_who_scrambles_twice_to_one_patrol_reacted_to_one() -> None:
    again = ForcesScrambled(engagement="joint", by=JAPAN, craft=("F-15",))
    korean = ForcesScrambled(engagement="joint", by=KOREA)
    story = given(JOINT, SCRAMBLED, again, korean)
    story.then(Patrols, {"JP": 1, "KR": 1}, ask=lambda seen: seen.answered_by())
    story.then(Patrols, [1], ask=lambda seen: [row.answered for row in seen.by("year")])


def test_a_scramble_that_is_taken_back_answers_nothing() -> None:
    story = given(JOINT, SCRAMBLED).when(Retracted(engagement="joint", of="joint/2"))
    story.then(Patrols, {}, ask=lambda seen: seen.answered_by())


def test_a_patrol_that_was_recorded_twice_is_one() -> None:
    again = patrol("again", "2023-06-06", CHINA, RUSSIA)
    scrambled = ForcesScrambled(engagement="again", by=KOREA)
    story = given(JOINT, again, scrambled).when(MergedAsDuplicate(engagement="again", into="joint"))
    story.then(Patrols, [PatrolCount("all", ("CN", "RU"), None, 1, 1)], ask=lambda seen: seen.by("all"))


def test_a_scramble_without_its_patrol_is_no_patrol() -> None:
    given(SCRAMBLED).then(Patrols, 0, ask=len)


def test_tempo_is_the_median_of_the_days_between() -> None:
    days = ("2023-06-01", "2023-06-03", "2023-06-13", "2023-06-14/2023-06-20")
    story = given(*(patrol(f"patrol-{day[:10]}", day, CHINA) for day in days))
    story.then(Patrols, Tempo(4, 4, Days(2, 2)), ask=lambda seen: seen.tempo(state="CN"))
    story.then(Patrols, Tempo(0, 0, None), ask=lambda seen: seen.tempo(state="RU"))


def test_a_patrol_at_sea_and_in_the_air_is_among_either() -> None:
    both = PatrolConducted(
        engagement="both", actors=(CHINA,), when=When("2023-06-07"), domains=(Domain.SEA, Domain.AIR)
    )
    story = given(JOINT, both)
    for domain, slugs in ((Domain.SEA, ["both"]), (Domain.AIR, ["joint", "both"]), (Domain.LAND, [])):
        story.then(
            Patrols, slugs, ask=partial(lambda domain, seen: [one.slug for one in seen.chosen(domain=domain)], domain)
        )
